# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words by which mail programs mark quotes, forwards and signatures, as data by language.

German and English come first; the others are the languages in which customers of German firms
write. Patterns match one line or a few joined ones, bounded before they are tried.
"""

# The verb of an attribution line: "On Monday, … wrote:".
WROTE = (
    r"wrote",
    r"quoting",
    r"zitat von",
    r"schrieb(?:en)?",
    r"geschrieben",
    r"a écrit",
    r"escribió",
    r"escreveu",
    r"ha scritto",
    r"schreef",
    r"het volgende geschreven",
    r"napisał(?:\(a\)|a)?",
    r"napsala?(?:\(a\))?",
    r"skrev",
    r"написала?",
    r"пише",
    r"写道",
)

# How an attribution begins when it runs over several lines: a preposition or a date.
WROTE_OPENERS = (
    r"on",
    r"at",
    r"am",
    r"le",
    r"el",
    r"em",
    r"il",
    r"op",
    r"den",
    r"dne",
    r"dnia",
    r"w dniu",
    r"在",
)
DATE_OPENERS = (r"\d{1,2}[. /-]", r"\d{4}[-/年]")

# The field that opens the head which Outlook and others put above what they quote: its author.
QUOTED_HEAD_FIRST = (
    "from",
    "von",
    "de",
    "da",
    "fra",
    "från",
    "van",
    "od",
    "от",
    "发件人",
    "差出人",
)

# Some, such as GMX and WEB.DE, put the date above the author.
QUOTED_HEAD_DATE = ("gesendet", "datum", "sent", "date")

# The fields that follow it; two of them make a head.
QUOTED_HEAD_NEXT = (
    *("sent", "to", "date", "subject", "cc", "reply-to", "organization"),
    *("gesendet", "an", "datum", "betreff", "antwort an", "kopie", "organisation"),
    *("envoyé", "à", "objet", "enviado", "para", "asunto", "assunto", "fecha", "data"),
    *("inviato", "a", "oggetto", "risposta", "verzonden", "aan", "onderwerp"),
    *("skickat", "till", "ämne", "sendt", "til", "emne", "wysłano", "do", "temat"),
    *("отправлено", "кому", "тема", "дата", "发送时间", "收件人", "主题"),
)

# Between dashes: "-----Original Message-----".
ORIGINAL_MESSAGE = (
    r"original (?:message|appointment)",
    r"forwarded message",
    r"(?:ursprüngliche[rs]?|original|weitergeleitete[rs]?) ?(?:nachricht|termin|mail|e-mail)",
    r"message (?:d'origine|original|transféré)",
    r"mensaje original|mensagem original|messaggio originale",
    r"oorspronkelijk bericht|opprinnelig melding|oprindelig meddelelse|ursprungligt meddelande",
    r"wiadomość oryginalna|původní zpráva|исходное сообщение|原始邮件",
)

# The last lines that telephones and programs add.
SENT_FROM = (
    r"(?:get|sent|written) \[?(?:outlook|from|via|with|by)\b.*",
    r"from my .*",
    r".{0,30}from mobile",
    r"von mein(?:em|er) .* gesendet\.?",
    r"(?:gesendet|verschickt|geschrieben) (?:von|mit|aus|über)\b.*",
    r"holen sie sich outlook.*",
    r"diese nachricht wurde (?:von|mit) .* gesendet\.?",
    r"envoyé (?:depuis|de|à partir)\b.*",
    r"enviado (?:desde|do|de)\b.*",
    r"inviato da.*",
    r"verzonden (?:met|vanaf|via)\b.*",
    r"wysłano z.*",
    r"skickat från.*",
    r"sendt fra.*",
    r"從我的 .* 傳送",
)
