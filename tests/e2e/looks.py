"""What must hold for every page as it stands on the screen: accessible, translated, in its frame; and its picture."""

import json
import os
import re
import time
from pathlib import Path
from typing import Any, Literal, TypeAlias

from playwright.sync_api import Page
from tests.e2e.watch import CJK
from tests.e2e.words import NAMESPACES

SHOTS = Path(__file__).parent / "shots"
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
REST_SECONDS, POLL_SECONDS = 60.0, 0.1
WANTS_SHOTS = os.environ.get("WELOOP_SHOTS") == "1"
Barriers: TypeAlias = Literal["all", "colours", "none"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
RULES: dict[Barriers, list[str]] = {"all": WCAG, "colours": ["color-contrast"], "none": []}
"""What axe looks for. Colours cost as much as all the rest."""
KEY = re.compile(rf"\b(?:{'|'.join(NAMESPACES)})\.[a-zA-Z][\w.-]*")
QUOTED = re.compile(r"「[^」]*」")  # names of pages in the vendors' consoles, which have no English
OWN_WORDS = ("微环", "简体中文")

# Every text that somebody sees or hears, one per line.
READ_TEXTS = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element.closest("script, style, noscript") || !element.checkVisibility()) continue;
    if (node.data.trim()) texts.push(node.data.trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    for (const name of ["aria-label", "placeholder", "title", "alt"])
      if (element.getAttribute(name)) texts.push(element.getAttribute(name));
  return [document.title, ...texts];
}"""

# Elements that reach over the right edge of the window without a frame of their own that scrolls or cuts.
FIND_OVERHANG = """() => {
  const width = document.documentElement.clientWidth;
  const framed = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)
          && up.getBoundingClientRect().right <= width + 1) return true;
    return false;
  };
  const found = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right > width + 1 && element.checkVisibility() && !framed(element);
  });
  const whole = document.documentElement.scrollWidth;
  return [...(whole > width ? [`the page is ${whole} px wide in a window of ${width} px`] : []),
          ...found.slice(0, 5).map((element) => element.outerHTML.slice(0, 160))];
}"""


def take_shot(page: Page, name: str, *, whole: bool = False) -> None:
    """Where somebody wants to see them, keep a picture of the page, as it looks when all movement has ended."""
    if WANTS_SHOTS:
        keep_shot(page, name, whole=whole)


def keep_shot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture of the page in any case."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=whole, animations="disabled")


def check_looks(page: Page, data: set[str], barriers: Barriers = "all", seconds: float = REST_SECONDS) -> None:
    """Fail with every promise that this page breaks; Chinese text in ``data`` stands in any language.

    A page whose window has just changed its size comes to rest within ``seconds``, a bound and not a measure.
    """
    end = time.monotonic() + seconds
    while (found := find_faults(page, data, barriers)) and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
    assert found == {}, page.url


def find_faults(page: Page, data: set[str], barriers: Barriers) -> dict[str, list[str]]:
    """The promises that the page breaks at this moment."""
    language, texts, overhang = page.evaluate(f"[document.documentElement.lang, ({READ_TEXTS})(), ({FIND_OVERHANG})()]")
    found = {
        "raw keys": [text for text in texts if KEY.search(text)],
        "outside the window": overhang,
        "not accessible": find_barriers(page, barriers),
    }
    if language == "en-US":
        found["not translated"] = [text for text in texts if is_chinese(text, data)]
    return {name: each for name, each in found.items() if each}


def is_chinese(text: str, data: set[str]) -> bool:
    """Whether anything Chinese is left of a text without data, quotations and names."""
    rest = text
    for known in sorted({*data, *OWN_WORDS}, key=len, reverse=True):
        rest = rest.replace(known, "")
    rest = QUOTED.sub("", rest)
    return bool(CJK.search(rest)) and not any(known.startswith(rest) for known in data)


def find_barriers(page: Page, barriers: Barriers) -> list[str]:
    """What axe finds against WCAG 2.1 AA; nothing is let pass."""
    if not RULES[barriers]:
        return []
    assert AXE.exists(), f"axe-core is missing at {AXE}: `weloop ui check` installs the web UI's packages"
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    run = f"axe.run(document, {json.dumps({'runOnly': RULES[barriers], 'resultTypes': ['violations']})})"
    violations: list[dict[str, Any]] = page.evaluate(f"async () => (await {run}).violations")
    return [
        f"{violation['id']}: {node['html'][:200]} — {node['failureSummary'][:300]}"
        for violation in violations
        for node in violation["nodes"]
    ]
