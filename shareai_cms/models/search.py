"""Search: what is indexed, its vectors per embedding model, what waits to be indexed, and what was asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shareai_cms.models.accounts import SiteAccount


class SearchClock(models.Model):
    """One row that counts the changes of the index.

    Every transaction that changes passages or vectors moves it on first, so that its lock puts them in
    order: whoever has seen version N has seen every change up to N.
    """

    version = models.BigIntegerField(_("version"), default=0)
    #: Microseconds since 1970 when the row was made: files made from another database are told apart by it.
    born = models.BigIntegerField(_("made"), default=0)

    class Meta:
        verbose_name = _("version of the search index")
        verbose_name_plural = _("versions of the search index")

    def __str__(self) -> str:
        return str(self.version)


class Generation(models.Model):
    """The vectors of one embedding model. One answers searches while the next is built beside it."""

    class State(models.TextChoices):
        BUILDING = "building", _("being built")
        ACTIVE = "active", _("in use")
        RETIRED = "retired", _("replaced")

    #: What the settings asked for; empty leaves the choice to the key's own list.
    model_asked = models.CharField(_("model asked for"), max_length=255, blank=True)
    #: The length that the settings asked for; None took what the model gives.
    dimensions_asked = models.PositiveIntegerField(_("dimensions asked for"), null=True)
    #: What answered, from the first reply on. A vector of any other model means nothing here.
    model = models.CharField(_("model"), max_length=255, blank=True)
    dimensions = models.PositiveIntegerField(_("dimensions"), null=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.BUILDING)
    #: Cosine from which a passage counts as found: the 95th percentile of the best cosines of off-topic sentences.
    floor = models.FloatField(_("least cosine"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    #: From when on vectors that are added are changes to its store; it is made just before the generation is used.
    activated_at = models.DateTimeField(_("in use since"), null=True)
    retired_at = models.DateTimeField(_("replaced"), null=True)

    class Meta:
        verbose_name = _("generation of vectors")
        verbose_name_plural = _("generations of vectors")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="shareai_generation_active"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="building"), name="shareai_generation_building"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model or self.model_asked} {self.state}"


class SearchDocument(models.Model):
    """An object that searches can find."""

    account = models.ForeignKey(
        SiteAccount, verbose_name=_("site account"), on_delete=models.CASCADE, related_name="search_documents"
    )
    #: Which source reads it.
    source = models.CharField(_("source"), max_length=64)
    #: ``app.model`` in lower case, of the object's own class.
    object_type = models.CharField(_("type of object"), max_length=128)
    #: Its primary key as text.
    object_ref = models.CharField(_("reference of the object"), max_length=255)
    #: ``object_ref`` where that is a whole number of 64 bits, else a number made from its hash.
    ref_number = models.BigIntegerField(_("number of the object"))
    #: BCP 47 tag.
    language = models.CharField(_("language"), max_length=35, blank=True)
    title = models.CharField(_("title"), max_length=255, blank=True)
    #: The title's words for the keyword index: lower case, without stop words, not stemmed, separated by spaces.
    title_words = models.TextField(_("words of the title"), blank=True)
    #: SHA-256 of everything that was read: the same one means that nothing has to be done.
    digest = models.CharField(_("digest"), max_length=64)
    indexed_at = models.DateTimeField(_("indexed"))

    class Meta:
        verbose_name = _("indexed object")
        verbose_name_plural = _("indexed objects")
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_ref"], name="shareai_document_unique"),
        ]
        indexes = [models.Index(fields=["object_type", "ref_number"], name="shareai_document_number")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_ref}"


class Passage(models.Model):
    """A piece of a document that can answer a search by itself."""

    document = models.ForeignKey(
        SearchDocument, verbose_name=_("indexed object"), on_delete=models.CASCADE, related_name="passages"
    )
    #: Its place among the document's passages, from 0.
    position = models.PositiveIntegerField(_("position"))
    #: The heading it stands under, empty at the top.
    heading = models.CharField(_("heading"), max_length=255, blank=True)
    #: As it is shown: plain text, paragraphs separated by line ends.
    text = models.TextField(_("text"))
    #: The text's words for the keyword index, as in ``SearchDocument.title_words``.
    words = models.TextField(_("words"), blank=True)
    #: SHA-256 of the exact text that is embedded.
    digest = models.CharField(_("digest"), max_length=64, db_index=True)
    #: ``SearchClock.version`` when its words or its vector last changed.
    version = models.BigIntegerField(_("version"), db_index=True)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        indexes = [models.Index(fields=["document", "position"], name="shareai_passage_position")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.position}"


class Embedding(models.Model):
    """The vector of one text under one model; passages with the same text share it."""

    generation = models.ForeignKey(
        Generation,
        verbose_name=_("generation of vectors"),
        on_delete=models.CASCADE,
        related_name="embeddings",
        db_index=False,
    )
    digest = models.CharField(_("digest"), max_length=64, db_index=True)
    #: Little-endian float32, as many as the generation has dimensions, of length 1.
    vector = models.BinaryField(_("vector"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("vector")
        verbose_name_plural = _("vectors")
        constraints = [
            models.UniqueConstraint(fields=["generation", "digest"], name="shareai_embedding_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.generation_id} {self.digest[:12]}"


class IndexJob(models.Model):
    """An object that has to be read again: written when it changes, worked off in the background."""

    object_type = models.CharField(_("type of object"), max_length=128)
    object_ref = models.CharField(_("reference of the object"), max_length=255)
    requested_at = models.DateTimeField(_("requested"))
    not_before = models.DateTimeField(_("not before"), db_index=True)
    #: Until when a worker has it to itself; empty while nobody does it.
    leased_until = models.DateTimeField(_("taken until"), null=True)
    #: Counts requests and takings. A worker whose number is no longer this one must not end the job.
    attempt = models.PositiveBigIntegerField(_("takings"), default=0)
    #: Failures in a row.
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    #: Code of the last error, empty after a success; never its text, which may hold content.
    error = models.CharField(_("error"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("object to be indexed")
        verbose_name_plural = _("objects to be indexed")
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_ref"], name="shareai_indexjob_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_ref}"


class QueryVector(models.Model):
    """The vector of a question that was asked before; of the question itself only a keyed hash is kept."""

    account = models.ForeignKey(
        SiteAccount,
        verbose_name=_("site account"),
        on_delete=models.CASCADE,
        related_name="query_vectors",
        db_index=False,
    )
    #: ``Generation.model``.
    model = models.CharField(_("model"), max_length=255)
    dimensions = models.PositiveIntegerField(_("dimensions"))
    #: HMAC-SHA256 of the normalised text.
    digest = models.CharField(_("digest"), max_length=64)
    #: As ``Embedding.vector``; None while the first asker waits for the marketplace.
    vector = models.BinaryField(_("vector"), null=True)
    #: Until when that asker has the question to itself.
    leased_until = models.DateTimeField(_("taken until"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), db_index=True)

    class Meta:
        verbose_name = _("remembered question")
        verbose_name_plural = _("remembered questions")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "model", "dimensions", "digest"], name="shareai_queryvector_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.digest[:12]}"


class SearchLog(models.Model):
    """One search, for the report. It knows no address and no person."""

    class Mode(models.TextChoices):
        MEANING = "meaning", _("by meaning")
        KEYWORDS = "keywords", _("by keywords")

    account = models.ForeignKey(
        SiteAccount, verbose_name=_("site account"), on_delete=models.CASCADE, related_name="searches", db_index=False
    )
    created_at = models.DateTimeField(_("time"))
    #: What was typed, at most 200 characters; emptied after ``SEARCH_QUERY_DAYS``.
    text = models.CharField(_("search"), max_length=200, blank=True)
    #: What was searched for instead, where a word was misspelt.
    corrected = models.CharField(_("corrected"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    #: Where it was asked: ``site``, ``json``, ``admin``, ``backend`` or ``answer``.
    surface = models.CharField(_("where"), max_length=16)
    mode = models.CharField(_("kind of search"), max_length=16, choices=Mode.choices)
    #: Why only keywords were used, empty otherwise; see ``shareai_cms.search.reasons``.
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    is_cached = models.BooleanField(_("known question"), default=False)
    #: Number of results, at most 1,000.
    results = models.PositiveIntegerField(_("results"))
    #: The best passage's cosine, None without a vector.
    best_cosine = models.FloatField(_("best cosine"), null=True)
    units = models.PositiveIntegerField(_("units"), default=0)
    duration_ms = models.PositiveIntegerField(_("duration in milliseconds"), default=0)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        indexes = [
            models.Index(fields=["account", "created_at"], name="shareai_search_account"),
            models.Index(fields=["created_at"], condition=~Q(text=""), name="shareai_search_text"),
        ]

    def __str__(self) -> str:
        return f"search {self.pk}"
