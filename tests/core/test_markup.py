"""Plain text becomes safe HTML, and nothing in it does more than it looks like."""

from __future__ import annotations

import pytest

from core.markup import naming, to_html


def test_paragraphs_lists_and_links():
    found = to_html("See:\r\n- one\r\n- two\n\n3. third\n4. fourth\nhttps://example.org/a?b=1&c=2 and www.example.org.")
    assert "<p>See:</p><ul><li>one</li><li>two</li></ul>" in found
    assert '<ol start="3"><li>third</li><li>fourth</li></ol>' in found
    assert 'href="https://example.org/a?b=1&amp;c=2"' in found
    assert 'rel="nofollow noopener noreferrer"' in found


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "javascript:alert(1)",
        '- <a href="javascript:alert(1)">x</a>',
        '@Jan Novák" onclick="alert(1)',
        'https://example.org/"onmouseover="alert(1)',
    ],
)
def test_what_was_typed_is_never_html(text):
    found = to_html(text, ["Jan Novák"])
    assert "<script" not in found
    assert "<img" not in found
    assert '<a href="javascript' not in found
    assert not any(part.startswith("on") for tag in found.split("<") for part in tag.split(">")[0].split()[1:])


def test_names_are_set_off_the_longest_first_and_not_within_words():
    names = ["Anna Maria", "Anna Maria Rossi", "Jan"]
    assert to_html("Thanks @anna maria rossi!", names) == "<p>Thanks <strong>@anna maria rossi</strong>!</p>"
    assert "<strong>" not in to_html("mail jan@jan.test, @Janet", names)
    pattern = naming(names)
    assert pattern is not None
    assert [match["name"] for match in pattern.finditer("@Jan and @Anna Maria Rossi")] == ["Jan", "Anna Maria Rossi"]
