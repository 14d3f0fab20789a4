"""E-mail: in by SMTP and IMAP, out through a relay or into the local mailbox."""
