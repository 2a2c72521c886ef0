"""A trained second opinion on attribution: who speaks the marked words, and which words are somebody's."""
