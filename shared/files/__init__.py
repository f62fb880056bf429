"""Files of a user's own, read into arrays or refused with the place of what is wrong; see `UnusableFile`."""
