"""Which names look like the same organisation written otherwise. Of hundreds of universities all share the words, so
words are weighed: "Universität Bremen" and "Hochschule Bremen" differ, "Universität Bremen" and "Univ. Bremn" do
not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from math import log

from rapidfuzz.distance import DamerauLevenshtein

from core.lookup import MultiDict

ALIKE = 0.8  # share of the weight of all words of both names that the two have in common
ALIKE_ELSEWHERE = 0.9  # if both have an e-mail domain, and not the same one
TYPO_FROM = 5  # letters: in shorter words one letter makes another word

# Words that hardly tell two organisations apart, and how the same thing is called elsewhere or in short.
_CONCEPTS = {
    "university": "university universities univ uni universitat universitaet universite universita universidad "
    "universidade universitatea universitatii univerzita univerzitet univerza universiteit universitet universitetet "
    "universiteti universitas uniwersytet egyetem yliopisto ulikool universitate universitetas университет "
    "πανεπιστημιο sveuciliste universitario universitaria universitaire tu",
    "college": "hochschule fh fachhochschule haute hautes hogeschool hogskola hogskolan hogskole vysoka skola wyzsza "
    "szkola foiskola polytechnic politechnika polytechnique politecnico politecnica politehnica politecnic polytechnio "
    "ammattikorkeakoulu college colleges koleg kolegija augstskola korgkool ecole ecoles escuela escola scuola school "
    "schools schule skole",
    "institute": "institute institut instituto istituto institutul instytut institutas instituts intezet ustav "
    "институт",
    "academy": "academy akademie akademia akademija academia academie accademia akademi akademiet академия",
    "technical": "technical technische technischen technique techniques technicka technicke technologie technologies "
    "technology technological tecnica tecnico tecnologia tehnica techniczny technologiczny teknisk tekniska muszaki "
    "технически tech",
    "applied": "applied angewandte angewandten",
    "science": "science sciences wissenschaften wissenschaft nauk nauki stiinte scienze ciencias",
    "higher": "superior superieur superieure superiore superieures higher education enseignement ensino hoger",
    "centre": "centre center centrum zentrum centro centar centru kozpont",
    "group": "group gruppe groupe grupo gruppo skupina grupa holding holdings konzern",
    "company": "company companies international europe european deutschland france polska italia espana czech hungary "
    "romania",
    "association": "association verband verein associacao asociacion associazione svaz zwiazek foundation stiftung "
    "fondation fundacja nadace federation federace foderation union",
    "automotive": "automotive automobile automobil auto autos car cars motor motors mobility",
    "national": "national nationale nacional nazionale state staatliche statni panstwowa zawodowa public",
    "": "of the in for at on de la le les du des d l di del della dei da do dos der die das den fur und and et e y i a "
    "w we z ze na v ve u o pri im am zu zum zur van voor het en og och ja",
}
_CONCEPT_OF = {word: concept for concept, words in _CONCEPTS.items() for word in words.split()}
_GENERIC = frozenset(_CONCEPTS) - {""}
_GENERIC_WEIGHT = 0.25
_ROMAN = re.compile(r"[ivx]+\Z")


def _is_number(word: str) -> bool:
    return word.isdigit() or bool(_ROMAN.match(word))


def _stems(word: str) -> tuple[str, ...]:
    """The word and everything that it is with one letter left out: two words with a typo between them share one."""
    if len(word) < TYPO_FROM or _is_number(word):
        return (word,)
    return (word, *{word[:i] + word[i + 1 :] for i in range(len(word))})


_CONCEPT_BY_STEM = {
    stem: concept for word, concept in _CONCEPT_OF.items() if len(word) > TYPO_FROM for stem in _stems(word)
}


@lru_cache(maxsize=10_000)
def _concept(word: str) -> str:
    """The concept of a common word, also with a typo in it; other words stand for themselves."""
    if (known := _CONCEPT_OF.get(word)) is not None:
        return known
    if len(word) >= TYPO_FROM:
        for stem in _stems(word):
            if stem in _CONCEPT_BY_STEM:
                return _CONCEPT_BY_STEM[stem]
    return word


@lru_cache(maxsize=100_000)
def words_of(key: str) -> tuple[str, ...]:
    """The words that count, each once: concepts for common words, numbers as they are."""
    return tuple(dict.fromkeys(concept for word in key.split() if (concept := _concept(word))))


@lru_cache(maxsize=200_000)
def _is_typo(one: str, other: str) -> bool:
    if min(len(one), len(other)) < TYPO_FROM or any(map(str.isdigit, one + other)):
        return False
    distance = DamerauLevenshtein.distance(one, other, score_cutoff=2)
    return distance == 1 or (distance == 2 and min(len(one), len(other)) >= 9)


class NameIndex:
    """Finds names that look alike, within one country. Names are added once and never taken out."""

    COMMON = 60  # a word of so many names of a country leads nowhere

    def __init__(self) -> None:
        self._names: list[tuple[str, tuple[str, ...]]] = []
        self._with_word: dict[str, MultiDict[str, int]] = defaultdict(MultiDict)  # by country
        self._with_stem: MultiDict[str, str] = MultiDict()
        self._stemmed: set[str] = set()
        self._count: Counter[str] = Counter()

    def learn(self, key: str) -> None:
        """Let a name count for how common its words are, without being found."""
        self._count.update(words_of(key))

    def add(self, country: str, key: str) -> int:
        """Returns the position by which `find` names it."""
        words = words_of(key)
        position = len(self._names)
        self._names.append((key, words))
        for word in words:
            self._with_word[country].add(word, position)
            if word not in self._stemmed and word not in _GENERIC:
                self._stemmed.add(word)
                for stem in _stems(word):
                    self._with_stem.add(stem, word)
        return position

    def _weight(self, word: str) -> float:
        if word in _GENERIC:
            return _GENERIC_WEIGHT
        return 1 / (1 + 0.35 * log(max(self._count[word], 1)))

    def find(self, country: str, key: str) -> list[tuple[int, float]]:
        """(position, likeness from 0 to 1) of the names that look like this one, the most alike first."""
        words, with_word = words_of(key), self._with_word[country]
        reach: Counter[int] = Counter()
        for word in words:
            if word in _GENERIC:
                continue
            near = {word}
            for stem in _stems(word):
                near.update(self._with_stem.get(stem))
            for other in near:
                positions = with_word.get(other)
                if len(positions) <= self.COMMON:
                    for position in positions:
                        reach[position] += 1
        distinctive = sum(word not in _GENERIC for word in words)
        found = []
        for position, shared in reach.items():
            if 2 * shared >= distinctive:
                likeness = self._likeness(key, words, *self._names[position])
                if likeness >= ALIKE:
                    found.append((position, likeness))
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:5]

    def _likeness(self, key: str, ours: tuple[str, ...], other_key: str, theirs: tuple[str, ...]) -> float:
        both = [word for word in ours if word in theirs]
        mine, other = [w for w in ours if w not in both], [w for w in theirs if w not in both]
        if any(map(_is_number, mine)) or any(map(_is_number, other)):
            return 0.0  # Paris 1 is not Paris 2, nor Paris
        if _is_slip(key, other_key):
            return 0.97
        common = sum(map(self._weight, both))
        for word in mine[:]:
            twin = next((w for w in other if _is_typo(word, w) or _is_short_for(word, w)), None)
            if twin is not None:
                mine.remove(word)
                other.remove(twin)
                common += 0.95 * max(self._weight(word), self._weight(twin))
        apart = sum(map(self._weight, mine)) + sum(map(self._weight, other))
        return common / (common + apart) if common else 0.0


def _is_slip(one: str, other: str) -> bool:
    """One slip of the pen in a whole name, two in a long one; also in words too short to judge alone."""
    shorter = min(len(one), len(other))
    allowed = 2 if shorter >= 12 else 1 if shorter >= 8 else 0
    return DamerauLevenshtein.distance(one, other, score_cutoff=allowed) <= allowed


def _is_short_for(one: str, other: str) -> bool:
    """ "techn" for "technische": an abbreviation, of four letters or more."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and len(long) - len(short) >= 3 and long.startswith(short) and short not in _GENERIC
