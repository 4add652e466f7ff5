"""German wordings that the sandbox knows; see the package for what each table is for."""

from __future__ import annotations

EMPTY = """
alles in allem und
im Grunde genommen
es sei darauf hingewiesen, dass
"""
ASIDES = """
aus welchem Grund auch immer
unserer Erfahrung nach
meiner Erfahrung nach
alles in allem
sozusagen
gewissermaßen
im Grunde genommen
wie gesagt
im Allgemeinen
ohne jeden Zweifel
"""
SHORTER = """
aufgrund der Tatsache, dass = weil
trotz der Tatsache, dass = obwohl
für den Fall, dass = falls
im Falle, dass = falls
zum jetzigen Zeitpunkt = jetzt
zum gegenwärtigen Zeitpunkt = jetzt
zu einem späteren Zeitpunkt = später
in unmittelbarer Nähe = ganz in der Nähe
auf regelmäßiger Basis = regelmäßig
auf täglicher Basis = täglich
jeden Tag = täglich
jede Woche = wöchentlich
jeden Monat = monatlich
mit Hilfe von = mit
mithilfe von = mit
anhand von = mit
im Anschluss daran = danach
aus diesem Grund = deshalb
verfügt über = hat
verfügen über = haben
befindet sich = liegt
befinden sich = liegen
benötigen = brauchen
darüber hinaus = außerdem
des Weiteren = außerdem
nichtsdestotrotz = trotzdem
dennoch = trotzdem
beziehungsweise = oder
sowie = und
lediglich = nur
circa = etwa
bereits = schon
oftmals = oft
stets = immer
ebenfalls = auch
insbesondere = vor allem
beispielsweise = zum Beispiel
selbstverständlich = natürlich
demzufolge = deshalb
infolgedessen = deshalb
letztendlich = am Ende
mittlerweile = inzwischen
kostenfrei = kostenlos
gänzlich = ganz
äußerst = sehr
sofern = wenn
hierbei = dabei
hierfür = dafür
hierzu = dazu
diesbezüglich = dazu
in Kürze = bald
umgehend = sofort
zunächst = zuerst
nahezu = fast
sämtliche = alle
zahlreiche = viele
zahlreichen = vielen
derzeit = zurzeit
tagtäglich = täglich
im Hinblick auf die Tatsache, dass = weil
angesichts der Tatsache, dass = weil
ist der Umstand, dass = ist, dass
aufgrund = wegen
im Laufe = während
im Verlauf = während
in der überwiegenden Zahl der Fälle = meist
in der weitaus überwiegenden Zahl der Fälle = meist
in den meisten Fällen = meist
zu jedem Zeitpunkt = immer
zum Zeitpunkt der = bei der
zum Zeitpunkt des = beim
innerhalb einer Frist von = innerhalb von
innerhalb eines Zeitraums von = innerhalb von
gerechnet ab dem = ab dem
ohne schuldhafte Verzögerung = umgehend
ohne jeden Zweifel = sicher
ohne nennenswerte Schwierigkeiten = leicht
ohne Schwierigkeiten = leicht
aller Wahrscheinlichkeit nach = wahrscheinlich
in Augenschein genommen = angesehen
zu der Auffassung gelangen sollte = meint
zu der Auffassung gelangt = meint
zur Auslieferung gekommener = gelieferter
zur Auslieferung gekommene = gelieferte
zur Herstellung gelangen = entstehen
zum Verkauf angebotenen = angebotenen
es selbstverständlich der Fall ist, dass = natürlich
was nichts anderes bedeutet, als dass = das heißt, dass
eine nicht unerhebliche Anzahl an = eine ganze Reihe von
demjenigen = dem
derjenigen = der
wenngleich = obwohl
obgleich = obwohl
vergleichsweise = recht
geringfügige = kleine
geringfügigen = kleinen
unsere geschätzte Kundschaft = unsere Kundschaft
ein und desselben = desselben
gelegentlich = manchmal
erheblich = deutlich
"""
TWINS = """
oft = häufig
vielleicht = möglicherweise
fast = beinahe
sofort = gleich
außerdem = zudem
deshalb = darum
trotzdem = dennoch
obwohl = auch wenn
zum Beispiel = etwa
vor allem = besonders
sehr = ausgesprochen
überall = allerorts
täglich = jeden Tag
bekommen = erhalten
erhalten = bekommen
kaufen = erwerben
"""
