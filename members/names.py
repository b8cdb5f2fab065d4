"""How names are compared: without case, accents, punctuation and legal form."""

from __future__ import annotations

from core.text import fold

# Folded, so that 's.r.o.', 'S. r. o.' and 'sro' are one. Forms of the EU-27, the EEA, the UK, Switzerland and Türkiye.
_LEGAL_FORMS = frozenset(
    """
    gmbh|mbh|g mbh|ag|kg|gmbh co kg|ag co kg|co kg|ohg|ug|ev|e v|eg|se|s e|kgaa|ges m b h|gesmbh|
    sa|s a|sas|s a s|sasu|sarl|s a r l|sca|snc|eurl|scop|asbl|
    spa|s p a|srl|s r l|srls|sapa|scarl|s c a r l|soc coop|
    sl|s l|slu|s l u|sau|s a u|scoop|s coop|
    lda|l da|unipessoal lda|
    bv|b v|nv|n v|vof|cv|bvba|sprl|cvba|vzw|
    as|a s|sro|s r o|spol s r o|spol sro|vos|ks|zs|z s|ops|o p s|zu|z u|
    sp z o o|sp z oo|spzoo|spolka z o o|spolka z ograniczona odpowiedzialnoscia|spolka akcyjna|sp k|sp j|
    kft|zrt|nyrt|bt|rt|kkt|
    doo|d o o|dd|d d|jdoo|
    ood|eood|ad|ead|
    sia|uab|ou|o u|ab|oy|oyj|ky|aps|a s|i s|ivs|asa|ans|
    ltd|limited|plc|llp|llc|inc|dac|clg|cic|
    ae|a e|epe|ike|
    srl d|pfa|
    ltd sti|sti|anonim sirketi
    """.replace("\n", "")
    .replace("    ", "")
    .strip()
    .split("|")
) - {""}
_LONGEST = max(len(form.split()) for form in _LEGAL_FORMS)


def name_key(name: str) -> str:
    """The name as organisations are matched by: folded, without its legal form at either end.
    A name that is nothing but a legal form stays as it is."""
    words = fold(name).split()
    shorter = True
    while shorter and len(words) > 1:
        shorter = False
        for size in range(min(_LONGEST, len(words) - 1), 0, -1):
            if " ".join(words[-size:]) in _LEGAL_FORMS:
                words, shorter = words[:-size], True
                break
    return " ".join(words)
