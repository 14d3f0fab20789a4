"""Reading: text in; language, intent, category with confidence, facts and matching articles out."""
