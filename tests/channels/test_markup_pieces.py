"""Markdown is parsed in pieces, which must mean the same as the whole."""

from hypothesis import given
from hypothesis import strategies as st

from channels import markup

PIECES = st.lists(
    st.sampled_from(
        """
words|Words *em* **bold|1. one|2) two|- item|  - deeper|    code|> said|# head|---|===|\\|`x|
[a](https://x.org)|** end**|||\t|три|<b>|&amp;
""".replace("\n", "").split("|")
    ),
    max_size=14,
)


@given(PIECES)
def test_a_text_cut_at_its_paragraphs_means_what_the_whole_means(lines: list[str]) -> None:
    text = "\n".join(lines)
    whole = [(one.type, one.content, one.tag) for one in markup._parsed(text)]
    assert [(one.type, one.content, one.tag) for one in markup.tokens(text)] == whole
