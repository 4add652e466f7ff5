"""AI at the text fields of Django's own admin: ``class ArticleAdmin(AIAdminMixin, admin.ModelAdmin)``."""

from shareai_cms.integrations.django_admin.mixin import AIAdminMixin

__all__ = ["AIAdminMixin"]
