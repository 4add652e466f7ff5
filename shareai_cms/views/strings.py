"""The words of the interface, translated here so that the scripts need no catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

#: By the key that the scripts use. ``%(name)s`` is filled in by the browser.
_STRINGS = {
    # The button and its panel.
    "button": _("AI"),
    "button_label": _("AI for the field “%(field)s”"),
    # A text without a label of its own.
    "nested": _("Text"),
    "button_running": _("AI is working on the field “%(field)s”"),
    "button_ready": _("An AI suggestion for the field “%(field)s” is ready"),
    "panel_label": _("AI for “%(field)s”"),
    "sandbox": _("Sandbox"),
    "close": _("Close"),
    "not_loaded": _("AI could not be loaded. Check your connection and click again."),
    # What an action works on.
    "scope_whole": _("Works on the whole text. Select a part to work on that alone."),
    "scope_block": _("Works on the whole paragraph or heading around your selection."),
    "scope_blocks": _("Works on the %(count)s paragraphs around your selection."),
    "needs_text": _("Needs more text"),
    # What an action asks for.
    "choose": _("Choose…"),
    "optional": _("(optional)"),
    "option_empty": _("Fill this in first."),
    # What is left.
    "low": _("Few are left."),
    "not_enough": _("Not enough units left"),
    "exhausted": _("There are no units left for this action."),
    "exhausted_buy": _("Buy more, or wait for the next reset."),
    "exhausted_ask": _("Wait for the next reset, or ask someone who may buy more."),
    "buy_more": _("Buy more"),
    "ask_more": _("Ask for more"),
    "ask_failed": _("Nobody could be asked. Check your connection and click again."),
    "saving_draft": _("Saving your draft…"),
    "draft_failed": _("The draft could not be saved, so a new tab opened to buy in: your work stays here."),
    "draft_blocked": _("The draft could not be saved. Click again to buy in a new tab: your work stays here."),
    "kept_here": _("A new tab opened to buy in. Your work stays here."),
    "arrived": _("New units are here: %(units)s."),
    "what_counts": _("What counts and what is included"),
    "what_is_left": _("What is left"),
    "new_tab": _("(opens in a new tab)"),
    # While it runs.
    "working": _("%(action)s: working…"),
    "stop": _("Stop"),
    "stopping": _("Stopping…"),
    "stopped": _("Stopped."),
    "stopped_free": _("Stopped before the first words. Nothing was counted."),
    "stopped_counted": _("Stopped before the end, and counted."),
    "stopped_unknown": _("Stopped. The units left will show whether it was counted."),
    # The suggestion.
    "original": _("Your text"),
    "suggestion": _("Suggestion"),
    "changes": _("Changes"),
    "view": _("What to show"),
    "added": _("This comes after your text, which stays as it is."),
    "image": _("Image"),
    "embed": _("Embedded media"),
    "choose_one": _("Choose one"),
    "ready": _("A suggestion for “%(field)s” is ready."),
    "incomplete_counted": _("Incomplete, and counted."),
    "incomplete_free": _("Incomplete, not counted."),
    "switched_off": _("This field is switched off now, so it takes no text. Copy the suggestion to keep it."),
    "rest_kept": _("The paragraphs after it are left as they were."),
    "rest_dropped": _("Accepting it puts this part in the place of your whole text."),
    "too_long": _("This has %(length)s characters; the field takes %(most)s."),
    "accept": _("Accept"),
    "try_again": _("Try again"),
    "discard": _("Discard"),
    "copy": _("Copy"),
    "insert_at_end": _("Insert at the end"),
    "back": _("Back"),
    "accepted": _("The suggestion is in the field. Press %(keys)s in it to undo."),
    "accepted_refused": _("The suggestion is in the field, but it can probably not be saved."),
    "discarded": _("The suggestion was discarded. Your text is unchanged."),
    "copied": _("Copied."),
    "conflict": _("The text has changed since the suggestion was asked for."),
    "conflict_remedy": _("It was left as it is. Insert the suggestion at the end, or copy it."),
    # An image that is not saved yet.
    "file_missing": _("No file has been chosen yet."),
    "file_missing_remedy": _("Choose a file first, then try again."),
    "file_unreadable": _("The browser cannot read this file, so it cannot be described before it is saved."),
    "file_unreadable_remedy": _("Save the image first; AI can then describe it in its own form."),
    # The panel at the side of the editor.
    "whole_page": _("With the whole text"),
    "for_field": _("For the field “%(field)s”"),
    "no_page_actions": _("No action works on the whole text here."),
    "enrich": _("Enrich this product"),
    "enriching": _("Reading what is known of this product and writing…"),
    "enriched": _("Suggestions for this product are ready."),
    "enrich_filled": _("It is in the form now. Save the form to keep it."),
    "enrich_insist": _("Accept all the same"),
    "enrich_save_first": _("Save your changes first, then accept this: the page is loaded anew for it."),
    "past": _("What AI did here"),
    "past_unclear": _("Choose the site above: what AI did for it is shown then."),
    "past_failed": _("This could not be loaded. Close the panel and open it again."),
    # What went wrong on the way.
    "technical_details": _("Technical details"),
    "signed_out": _("You are signed out."),
    "signed_out_remedy": _("Sign in again in another tab, then try again. Your text is still in the form."),
    "not_allowed": _("You are signed out or may no longer do this."),
    "not_allowed_remedy": _("Reload the page."),
    "not_sent": _("The site cannot be reached."),
    "not_sent_remedy": _("Nothing was sent and nothing was counted. Check your connection and try again."),
    "outcome_unknown": _("The connection broke, and it is not known yet how the action ended."),
    "outcome_unknown_remedy": _("Check again in a moment: a finished answer is kept for you."),
    "check_again": _("Check again"),
    "unexpected": _("Something unexpected happened."),
    "unexpected_remedy": _("Your text is unchanged. Reload the page and try again."),
}


def interface_strings() -> dict[str, str]:
    """Every sentence that the scripts show, in the language of the request."""
    return {key: str(sentence) for key, sentence in _STRINGS.items()}
