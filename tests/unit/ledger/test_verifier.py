"""The stand-alone verifier: alone, on old Python, in plain words, never a traceback."""

import ast
import hashlib
import runpy
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.unit.ledger.memory_log import KEY, MemoryLog, filled

from tongban.kernel.ledger import verifier
from tongban.kernel.ledger.checkpoint import Checkpoint, sign
from tongban.kernel.ledger.leaf import Leaf
from tongban.kernel.ledger.merkle import root_at
from tongban.kernel.ledger.verifier import SENTENCES, WORDS, Refused, main, shown


SOURCE = Path(verifier.__file__)
VKEY = str(KEY.verifier)


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    return filled(8)


@pytest.fixture
def path(tmp_path: Path, log: MemoryLog) -> Path:
    path = tmp_path / "证明.json"
    path.write_bytes(log.bundle(2, 5))
    return path


def run_alone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The file as a citizen runs it: isolated, without any installed package."""
    command = [sys.executable, "-I", "-S", "-X", "utf8=0", str(SOURCE), *arguments]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=environment or None
    )


def test_it_runs_alone(path: Path) -> None:
    run = run_alone(str(path), "--key", VKEY, "--lang", "zh")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("证明成立：2 条记录都在这份日志里")


def test_a_console_without_chinese_is_no_traceback(path: Path) -> None:
    run = run_alone(str(path), LC_ALL="POSIX", PYTHONCOERCECLOCALE="0")
    assert (run.returncode, run.stderr) == (0, "")
    assert "Proven if the key below is genuine" in run.stdout


def test_it_imports_the_standard_library_only() -> None:
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names


def test_its_syntax_is_of_python_3_8() -> None:
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_the_report_in_chinese(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), "--lang", "zh"]) == 0
    lines = capsys.readouterr().out.splitlines()
    root = verifier.verify(path.read_bytes()).head.root.hex()
    assert lines == [
        "若下列公钥属实，则证明成立：2 条记录都在这份日志里，记入后未被改过。",
        f"日志：yunzhou.example/log，共 8 条记录，根哈希 {root}",
        f"信任的公钥：{VKEY}",
        f"公钥指纹（公钥文本的 SHA-256）：{KEY.verifier.fingerprint}",
        "注意：这把公钥取自文件本身，尚未核对。",
        "指纹须与日志主办机关公布的逐字相同；或用 --key 给出公布的公钥，再验一次。",
        "[1] 序号 2（从 0 数起）：query.receipt，时间 2026-11-22T09:30:02+08:00",
        "    公开：org = market-regulation",
        "    公开：purpose = 开办餐饮店",
        "    公开：rows = 2",
        "    已揭示，与封存时一致：name = 测试2",
        "    已揭示，与封存时一致：subject = 990101199001010002",
        "[2] 序号 5（从 0 数起）：query.receipt，时间 2026-11-22T09:30:05+08:00",
        "    公开：org = market-regulation",
        "    公开：purpose = 开办餐饮店",
        "    公开：rows = 5",
        "    已揭示，与封存时一致：name = 测试5",
        "    已揭示，与封存时一致：subject = 990101199001010005",
    ]


def test_the_report_in_english_with_a_trusted_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = MemoryLog()
    for number in range(3):
        leaf = Leaf("k", f"2026-11-22T09:30:0{number}+08:00", {}, {"name": "00" * 32})
        log.add(leaf)
    old = Checkpoint(KEY.name, 2, root_at(2, log.node_at))
    earlier = old.root.hex()
    path = tmp_path / "proof.json"
    path.write_bytes(log.bundle(1, earlier=sign(old, KEY)))
    assert main([str(path), "--lang", "en", "--key", VKEY]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Proven: 1 record(s) are in this log and are as they were entered.",
        f"Log: {KEY.name}, 3 records, root hash {root_at(3, log.node_at).hex()}",
        f"Key trusted: {VKEY}",
        f"Fingerprint (SHA-256 of the key's text): {KEY.verifier.fingerprint}",
        "You gave this key with --key.",
        "[1] Record 1 (counted from 0): k, at 2026-11-22T09:30:01+08:00",
        "    still sealed, not told here: name",
        f"The earlier log (2 records, root {earlier}) is its unchanged beginning.",
    ]


def test_both_languages_without_a_choice(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path)]) == 0
    chinese, english = capsys.readouterr().out.split("\n\n")
    assert chinese.startswith("若下列公钥属实")
    assert english.startswith("Proven if")


def test_a_refusal_names_place_and_reason(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_bytes(path.read_bytes().replace("测试5".encode(), "测试6".encode()))
    assert main([str(path), "--lang", "en"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith('Not proven: leaves[1].openings: "name" is not as sealed')
    assert second == (
        "Do not rely on this file; ask the office that gave it for a new one."
    )
    assert main([str(path), "--lang", "zh"]) == 1
    assert capsys.readouterr().out.startswith(
        "证明不成立：leaves[1].openings: “name”与封存时不符"
    )


def test_a_corrupt_file_is_one_message(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_bytes(b"\xff")
    assert main([str(path), "--lang", "en"]) == 1
    assert capsys.readouterr().out.startswith("Not proven: the file is not UTF-8 text.")


def test_a_missing_file_cannot_begin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.json"), "--lang", "en"]) == 2
    assert "The file cannot be read:" in capsys.readouterr().out


def test_a_folder_cannot_begin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--lang", "zh"]) == 2
    assert "文件读不出来" in capsys.readouterr().out


def test_a_wrong_key_text_cannot_begin(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path), "--key", KEY.skey, "--lang", "en"]) == 2
    assert capsys.readouterr().out.startswith("--key: this is not a verifier key")


def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([])
    assert stop.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("\x1b[2J证明成立", "\\u{1b}[2J证明成立"),
        ("a\u202eb\nc", "a\\u{202e}b\\u{a}c"),
        ({"b": [1, True], "a": None}, '{"a":null,"b":[1,true]}'),
        ("字" * 400, "字" * 300 + "…"),
        (b"\x01\xff", "01ff"),
    ],
)
def test_what_is_shown_cannot_draw_on_the_terminal(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize("pair", [*SENTENCES.values(), *WORDS.values()])
def test_both_languages_tell_the_same_facts(pair: tuple[str, str]) -> None:
    fields = [
        {part.partition("}")[0].removesuffix("_zh") for part in text.split("{")[1:]}
        for text in pair
    ]
    assert fields[0] == fields[1]
    assert any("\u4e00" <= c <= "\u9fff" for c in pair[0])


def test_a_refusal_is_said_in_both_languages() -> None:
    refused = Refused("range", index=9, size=8)
    assert refused.say("zh") == "序号 9 不在 8 条记录的日志之内。"
    assert refused.say("en") == "the index 9 is not in a log of 8 records"


def test_twenty_leaves_are_verified_in_half_a_second() -> None:
    log = filled(1_000)
    data = log.bundle(*range(0, 1_000, 50))
    start = time.perf_counter()
    verifier.verify(data, KEY.verifier)
    assert time.perf_counter() - start <= 0.5


def test_the_fingerprint_is_what_sha256sum_prints() -> None:
    assert KEY.verifier.fingerprint == hashlib.sha256(VKEY.encode()).hexdigest()


def test_the_script_exits_with_the_code(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(SOURCE), str(path)])
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(str(SOURCE), run_name="__main__")
    assert stop.value.code == 0
