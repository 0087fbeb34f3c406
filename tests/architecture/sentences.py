"""Words that stand bare in a template, instead of in a words.yaml.

A heuristic: what is left of a template when tags, comments, markup and code are
taken away is looked through for Chinese characters and Latin words.
"""

import re
from collections.abc import Iterator


# In the order in which they are taken away.
NO_WORDS = (
    re.compile(r"\{#.*?#\}", re.S),
    re.compile(r"\{%\s*comment.*?endcomment\s*%\}", re.S),
    re.compile(r"<!--.*?-->", re.S),
    re.compile(r"<(script|style|code|svg)\b.*?</\1>", re.S),
    # A language is called by its own name in its own writing.
    re.compile(r"<button [^>]*\blang=\"[^\"]+\"[^>]*>[^<]*</button>"),
)
ATTRIBUTE = re.compile(
    r"\b(?:aria-label|alt|placeholder|title|value)=(\"|')(?P<text>.*?)\1", re.S
)
TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
MARKUP = re.compile(r"<[^>]*>", re.S)
# Chinese characters and punctuation, or a Latin word of two letters and more.
WORDS = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]|[A-Za-z]{2}")
# Attribute values that are codes of the form and not read by anybody.
CODES = re.compile(r"[a-z-]*")


def bare(template: str) -> list[str]:
    """The words that ``template`` says by itself, in its own language."""
    fixed = TEMPLATE.sub("", template)
    if "<" not in fixed and '="' in fixed:
        template = f"<i {template}>"  # the attributes of another template's tag
    for pattern in NO_WORDS:
        template = pattern.sub("\n", template)
    return [
        text for text in _texts(template) if WORDS.search(text) and text != "DOCTYPE"
    ]


def _texts(template: str) -> Iterator[str]:
    shown = TEMPLATE.sub("", template)
    for match in ATTRIBUTE.finditer(shown):
        if not CODES.fullmatch(match["text"].strip()):
            yield match["text"].strip()
    for line in MARKUP.sub("\n", shown).splitlines():
        if line.strip():
            yield line.strip()
