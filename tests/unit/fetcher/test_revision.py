"""Is this the same text, an edited text, or a corrected one?"""

from fetcher.revision import Change, compare, notes_in, unified_diff

TEXT = "The mayor supports the ferry.\n\nThe council meets in May."


def change(text, title="Ferry", is_stub=False, was_stub=False):
    return compare("Ferry", TEXT, was_stub, title, text, is_stub)


def test_the_same_text_is_no_revision():
    assert change(TEXT) is Change.SAME


def test_other_white_space_is_no_revision():
    assert change("The mayor  supports the ferry. The council meets in May.") is Change.WHITE_SPACE
    assert not Change.WHITE_SPACE.is_revision


def test_another_word_is_an_edit():
    assert change(TEXT.replace("supports", "opposes")) is Change.EDITED


def test_another_headline_is_an_edit():
    assert change(TEXT, title="Ferry sinks") is Change.EDITED


def test_an_edit_with_a_new_note_is_a_correction():
    assert change(TEXT + "\n\nCorrection: the council meets in June.") is Change.CORRECTED


def test_a_stub_that_became_whole_is_completed():
    assert change(TEXT + "\n\nMore.", was_stub=True) is Change.COMPLETED


def test_a_stub_after_a_whole_text_is_a_worse_reading():
    assert change("The mayor…", is_stub=True) is Change.WORSE_READING
    assert not Change.WORSE_READING.is_revision


def test_notes_are_found_in_many_forms():
    notes = [
        "Correction (3 March): the vote was 5 to 4.",
        "This article was amended on 3 March 2026 to remove a name.",
        "An earlier version of this story misquoted the mayor.",
        "Editor’s note: the minister has since resigned.",
        "Rectificatif : le vote a eu lieu lundi.",
    ]
    assert notes_in("\n\n".join(["The mayor spoke of a correction in prices.", *notes])) == notes


def test_the_diff_shows_the_changed_paragraph_only():
    diff = unified_diff("Ferry", TEXT, "Ferry", TEXT.replace("supports", "opposes"))
    assert "-The mayor supports the ferry." in diff
    assert "+The mayor opposes the ferry." in diff
    assert "council" not in diff
