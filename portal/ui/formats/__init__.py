"""How dates and times are written and read in forms, where Django's own formats lack what people here write."""
