"""Names of nobody, to swap for those in the corpus: a reader must not learn who tends to say what."""

from __future__ import annotations

import random

_FIRST = (
    "Adaeze Alva Amara Anders Anneliese Aoife Arjun Astrid Bartosz Beatriz Bilal Birgit Camille Carlos "
    "Catriona Chidi Dagmar Dalia Davit Deirdre Dmitri Edda Eirlys Elif Emeka Enzo Esra Farid Fatou Femi "
    "Fiona Gareth Giulia Gunnar Hanna Harriet Hiroshi Ignacio Ilse Imran Ines Ingrid Isabel Ivana Jarek "
    "Jasmin Joan Jonas Judit Kaisa Karim Katarina Kenji Kofi Lars Leila Liam Lucia Magnus Maira Malin "
    "Marek Marta Mehmet Mei Mikkel Milan Mirela Nadia Naledi Nikos Noor Oksana Olu Oskar Paolo Petra "
    "Piotr Priya Rafael Rashid Renata Rhys Rosa Ruth Samir Sanna Sean Selma Siobhan Sofia Stefan Sunita "
    "Svetla Tamar Tariq Thabo Tomas Ursula Vera Viktor Wanjiru Xavier Yara Yusuf Zanele Zoran Dora "
    "Mattias Élodie Łukasz Ömer Zoë "
)
_LAST = (
    "Abara Adeyemi Agarwal Almqvist Amoah Anselm Aydin Bakker Balogun Barros Bergström Bhatt Blom Boateng "
    "Brandt Byrne Calderwood Castellan Chukwu Costa Czerny Dahl Danso Delacroix Demir Dlamini Drummond "
    "Eklund Falk Farouk Fekete Ferreira Fjeld Fontaine Gallagher Garrick Ghosh Greenhalgh Haddad Halloran "
    "Hartog Hassan Havel Holt Horvat Ibarra Idris Ivanov Jansen Joubert Kaplan Karlsson Kaur Keller "
    "Khumalo Kimathi Kovac Lahti Larsen Leclerc Lindqvist Lowe Madsen Mahlangu Marchetti Marlow Mbeki "
    "Medina Meyer Mikaelian Moreau Mutua Nagy Ncube Nilsson Novak Nwosu Obi Okafor Oliveira Olsen Osei "
    "Pavlov Pereira Petrov Pillay Quinn Rahimi Rantanen Reyes Rinaldi Romero Ruiz Saarinen Santos "
    "Schaefer Sharma Silva Sithole Sorensen Sousa Stoica Szabo Tanaka Tembo Thorne Tiwari Toth Uzun Vadas "
    "Varga Vasquez Verhoeven Vlahov Walsh Weiss Yilmaz Zeman Zhou Zulu O'Dwyer McAllister Rijn "
)
FIRST_NAMES, LAST_NAMES = _FIRST.split(), _LAST.split()


def invented_name(rng: random.Random) -> str:
    """A first and a last name."""
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
