"""English wordings that the sandbox knows; see the package for what each table is for."""

from __future__ import annotations

EMPTY = """
it should be noted that
it is worth noting that
it is important to note that
it goes without saying that
it has to be said that
it must be said that
it can be said that
it would be fair to say that
it would perhaps be fair to say that
please note that
needless to say
as a matter of fact
for all intents and purposes
taken all in all and
basically
in actual fact
"""
ASIDES = """
for whatever reason
of course
in our experience
in my experience
for the most part
taken all in all
all in all
as it were
so to speak
to a certain extent
by and large
needless to say
generally speaking
more or less
in any case
as a matter of fact
without any doubt
to be honest
"""
SHORTER = """
in order to = to
so as to = to
due to the fact that = because
owing to the fact that = because
despite the fact that = although
in spite of the fact that = although
in the event that = if
in the event of = if there is
on condition that = if
until such time as = until
at this point in time = now
at the present time = now
at the present moment = now
in the near future = soon
at a later date = later
at all times = always
on a daily basis = every day
on a weekly basis = every week
on a monthly basis = every month
on a regular basis = regularly
in a timely manner = in time
each and every = every
first and foremost = above all
a large number of = many
a great number of = many
a wide range of = many
a wide variety of = many
a wide selection of = many
a variety of = several
a number of = several
a majority of = most
the majority of = most
a great deal of = much
an additional = another
with the exception of = except
with regard to = about
with regards to = about
in regard to = about
with respect to = about
in relation to = about
in connection with = about
for the purpose of = for
in the vicinity of = near
in close proximity to = near
in the course of = during
during the course of = during
by means of = by
by virtue of = through
in addition to = besides
in spite of = despite
as well as = and
as opposed to = rather than
in accordance with = under
has the ability to = can
have the ability to = can
has the opportunity to = can
have the opportunity to = can
is able to = can
are able to = can
is located in = is in
are located in = are in
is situated in = is in
are situated in = are in
is located at = is at
is located on = is on
are located at = are at
are located on = are on
is comprised of = consists of
are comprised of = consist of
takes place = happens
take place = happen
make use of = use
makes use of = uses
made use of = used
make a decision = decide
give consideration to = consider
come to the conclusion = conclude
get in touch with = contact
take into consideration = consider
provide you with = give you
provides you with = gives you
to purchase = to buy
can purchase = can buy
you purchase = you buy
prior to = before
subsequent to = after
upon arrival = on arrival
upon request = on request
utilise = use
utilises = uses
utilised = used
utilising = using
utilize = use
utilizes = uses
utilized = used
utilizing = using
commence = begin
commences = begins
commenced = began
commencing = beginning
facilitate = ease
facilitates = eases
demonstrate = show
demonstrates = shows
demonstrated = showed
endeavour to = try to
endeavours to = tries to
assistance = help
assist you = help you
additionally, = also,
furthermore, = what is more,
moreover, = besides,
consequently, = so
therefore, = so
nevertheless, = even so,
nonetheless, = even so,
approximately = about
numerous = many
sufficient = enough
regarding = about
whilst = while
amongst = among
optimal = best
obtain = get
obtains = gets
require = need
requires = needs
ascertain = find out
terminate = end
terminates = ends
modification = change
modifications = changes
remainder = rest
residence = home
subsequently = later
initially = at first
currently = now
frequently = often
immediately = at once
entirely = wholly
extremely = very
it is possible to = you can
absolutely essential = essential
completely free = free
past history = history
in view of the fact that = because
given the fact that = because
the fact that = that
on account of = because of
in the great majority of cases = mostly
in the majority of cases = mostly
in most cases = mostly
on occasion = sometimes
in excess of = above
in a position to = able to
is in a position to = can
are in a position to = can
is going to = will
are going to = will
a certain amount of = some
a very small proportion of = very little of
a small proportion of = little of
the said = the
this particular = this
several different = several
any given = any
within a period of = within
over a period of = over
for a period of = for
over the course of = over
the day on which = the day
the moment at which = the moment
is the circumstance that = is that
whereupon = and then
without undue delay = promptly
without any great difficulty = easily
without difficulty = easily
without any doubt = surely
with due regard for = given
with the care and attention = with the care
reimburse = pay back
reimbursed = paid back
bear in mind = remember
borne in mind = remembered
make their way = go
make your way = go
makes its way = goes
intend to = want to
intends to = wants to
came to be = were
come to be = are
be experienced as being = be
which is to say that = so
it is of course the case that = of course
the possibility exists of = there is the option of
would like to kindly ask = ask
would like to ask = ask
our valued customers = our customers
really quite important = important
comparatively = fairly
perhaps = maybe
end result = result
final outcome = outcome
advance planning = planning
unexpected surprise = surprise
"""
TWINS = """
begins = starts
often = frequently
because of = thanks to
begin = start
began = started
famous = well known
quickly = fast
almost = nearly
nearly = almost
near = close to
because = since
although = even though
every day = daily
every week = weekly
every year = year after year
a few = some
large = big
small = little
little = small
simple = easy
easy = simple
whole = entire
entire = whole
choose = pick
chooses = picks
shows = lets you see
receive = get
receives = gets
received = got
arrive = come
arrives = comes
arrived = came
remain = stay
remains = stays
remained = stayed
finish = end
finishes = ends
look at = take a look at
look for = search for
looks for = searches for
read on = read more
learn more = find out more
find out = learn
contact us = write to us
quiet = calm
calm = quiet
slow = unhurried
beautiful = lovely
lovely = beautiful
above all = most of all
for example = for instance
for instance = for example
of course = naturally
"""
