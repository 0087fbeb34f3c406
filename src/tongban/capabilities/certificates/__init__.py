"""Electronic certificates (电子证照): issued by cases, checked by anyone."""
