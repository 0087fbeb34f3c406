"""The check of the documents sees a link that leads nowhere."""

from tools.docs import dead_links


KNOWN = {"README.md", "docs/adr/0001-packs.md", "docs/how-to/start.md"}


def test_a_dead_link_is_caught() -> None:
    page = "See [packs](../adr/0001-packs.md) and [gone](../adr/0002-gone.md#top)."
    assert dead_links({"docs/how-to/start.md": page}, KNOWN) == [
        "docs/how-to/start.md: link to ../adr/0002-gone.md leads nowhere"
    ]


def test_folders_addresses_anchors_and_code_are_no_dead_links() -> None:
    page = (
        "[decisions](docs/adr) [site](https://example.org/x) [below](#below)\n"
        "```\n[not](a-link)\n```\n"
    )
    assert dead_links({"README.md": page}, KNOWN) == []
