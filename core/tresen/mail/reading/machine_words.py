# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words by which machines give themselves away where their headers do not, as data.

All in lower case; German and English, as the customers' mail systems write them.
"""

# Local parts of addresses that only mail systems use.
BOUNCE_SENDERS = frozenset({"mailer-daemon", "postmaster", "mailerdaemon", "mail-daemon"})

# Beginnings of local parts to which nobody should write (RFC 3834 section 2 names owner- and
# -request).
MACHINE_PREFIXES = (
    *("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "nicht-antworten"),
    *("noreply-", "owner-", "bounce", "bounces", "mailer-daemon", "keine-antwort"),
)
MACHINE_SUFFIXES = ("-request", "-noreply", "-no-reply", "-bounces", "-owner")

# Anywhere in the subject of a mail from a mail system: it could not deliver.
BOUNCE_SUBJECTS = (
    *("undelivered mail", "undeliverable", "mail delivery fail", "delivery status notification"),
    *(
        "returned mail",
        "failure notice",
        "delivery failure",
        "delivery has failed",
        "not delivered",
    ),
    *("mail delivery system", "message delivery", "delivery delayed", "delivery incomplete"),
    *("mail system error", "nondeliverable", "non-delivery", "warning: message"),
    *("could not be delivered", "couldn't be delivered", "mail returned", "rejected mail"),
    *("unzustellbar", "nicht zugestellt", "nicht zustellbar", "zustellung fehlgeschlagen"),
    *("zustellfehler", "übermittlungsfehler", "zustellung verzögert", "unzustellbare"),
    *("fehler bei der zustellung", "nachricht konnte nicht", "mail nicht zugestellt"),
)

# At the beginning of the subject of an answer that a machine wrote for an absent person.
ABSENT_SUBJECTS = (
    *("automatic reply:", "automatic reply from", "auto reply", "auto-reply", "autoreply"),
    *("auto response", "auto-response", "autoresponse", "automated reply", "automated response"),
    *(
        "out of office",
        "out of the office",
        "out-of-office",
        "ooo:",
        "on vacation",
        "vacation reply",
    ),
    *("away from office", "i am away", "i am out of", "on leave:", "maternity leave"),
    *("automatische antwort", "automatische rückantwort", "automatische rueckantwort"),
    *("abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsbenachrichtigung"),
    *("abwesenheitsassistent", "abwesenheit:", "abwesend:", "ich bin abwesend", "urlaubsnotiz"),
    *("ich bin nicht im büro", "ich bin im urlaub", "außer haus", "ausser haus", "nicht im haus"),
    *("autom. antwort", "auto-antwort", "autom. eingangsbestätigung"),
)

# At the beginning of the subject of what says that a mail was received or read.
RECEIPT_SUBJECTS = (
    *("read:", "not read:", "read receipt", "return receipt", "delivered:", "relayed:"),
    *(
        "gelesen:",
        "nicht gelesen:",
        "ungelesen gelöscht:",
        "lesebestätigung",
        "empfangsbestätigung",
    ),
    *("zugestellt:", "weitergeleitet:"),
)

# Before the words above: an answer to an automatic answer still is one of a person.
REPLY_MARKS = ("re:", "aw:", "fw:", "fwd:", "wg:", "antw:", "sv:")
