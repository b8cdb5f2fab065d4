"""How names are compared: without case, accents, punctuation, spacing and legal form."""

from __future__ import annotations

from functools import lru_cache

from core.text import fold

# Without spaces and folded, so that 's.r.o.', 'S. r. o.' and 'sro' are one. Forms of the EU-27, the EEA, the United
# Kingdom, Switzerland and Türkiye, as they stand at the end of a name.
_AT_THE_END = frozenset(
    """
    gmbh mbh ggmbh gemgmbh gmbhco gmbhcokg gmbhundcokg gmbhcokgaa agco agcokg cokg ag kg ohg ug ughaftungsbeschrankt
    ev eg egmbh se kgaa gesmbh gesmbhcokg stiftungcokg
    sa sas sasu sarl sca snc eurl scop asbl aisbl gie sprl bvba srlsprl
    spa srl srls sapa scarl scrl soccoop societacooperativa societaperazioni ss
    sl slu slp sau scoop slne sociedadlimitada sociedadanonima
    lda unipessoallda sgps
    bv nv vof cv cvba vzw ivzw besloten
    as sro spolsro spolecnostsrucenimomezenym akciovaspolecnost vos ks zs ops zu
    spzoo spzookomandytowa spzoospk spolkazoo spolkazograniczonaodpowiedzialnoscia spolkaakcyjna spk spj
    kft zrt nyrt bt rt kkt nonprofitkft korlatoltfelelossegutarsasag
    doo dd jdoo ood eood ad ead pfa
    оод еоод ад еад ооо зао оао пао доо
    sia uab ou ab oy oyj ky aps is ivs asa ans tmi
    ltd limited plc llp llc inc incorporated corp dac clg cic teoranta privatelimitedcompany
    ae aebe epe ike oe ee αε αεβε επε ικε οε εε
    ltdsti sti anonimsirketi
    """.split()
)
# Some are written before the name: "UAB Pavyzdys", "S.C. Exemplu S.R.L.", "AS Näidis".
_AT_THE_START = frozenset("sc uab ab sia as ou oy ooo ооо spoldzielnia aktsiaselts asabiedriba".split())
_LONGEST = 6  # words: "sp z o o sp k"
_BETWEEN = frozenset({"and", "und", "et"})  # what "&" is in words


@lru_cache(maxsize=100_000)
def name_key(name: str) -> str:
    """The name as organisations are matched by: folded, without its legal form at either end, without "and".
    A name that is nothing but a legal form stays as it is."""
    words = [word for word in fold(name).split() if word not in _BETWEEN] or fold(name).split()
    shorter = True
    while shorter and len(words) > 1:
        shorter = False
        for size in range(min(_LONGEST, len(words) - 1), 0, -1):
            if "".join(words[-size:]) in _AT_THE_END:
                words, shorter = words[:-size], True
                break
    for size in (2, 1):
        if len(words) > size and "".join(words[:size]) in _AT_THE_START:
            words = words[size:]
            break
    return " ".join(words)


def compact_key(name: str) -> str:
    """The key without spaces: "Thyssen Krupp" and "ThyssenKrupp" are one name."""
    return name_key(name).replace(" ", "")


# Providers of mailboxes and pages for everybody: such a domain says nothing about an organisation.
SHARED_DOMAINS = frozenset(
    "abv.bg alice.it aol.com blogspot.com centrum.cz email.cz facebook.com free.fr freenet.de gmail.com "
    "gmx.at gmx.de gmx.net google.com googlemail.com hotmail.com icloud.com instagram.com interia.pl "
    "laposte.net libero.it linkedin.com live.com mail.com mail.ru me.com msn.com o2.pl onet.pl orange.fr "
    "outlook.com proton.me protonmail.com sapo.pt seznam.cz sfr.fr sites.google.com skynet.be t-online.de "
    "telenet.be tiscali.it twitter.com ukr.net virgilio.it volny.cz wanadoo.fr web.de wixsite.com "
    "wordpress.com wp.pl yahoo.com yahoo.de yahoo.fr yandex.com yandex.ru youtube.com ".split()
)
