"""Norwegian: 21.11.2026 and 23.30, also with a colon. The first of each is how a form shows it."""

# As staff read them in lists: 22. nov. 2026 kl. 01.54.
DATE_FORMAT = "j. N Y"
DATETIME_FORMAT = r"j. N Y \k\l. H.i"
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"]
# Seconds are shown, so that a time which nobody touched is kept to the second.
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%H.%M", "%H.%M.%S"]
