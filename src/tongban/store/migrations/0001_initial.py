"""Accounts, drafts and papers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                ("username", models.CharField(max_length=60, unique=True)),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, default="", max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("citizen", "Citizen"),
                            ("official", "Official"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "subject_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "PERSON"),
                            ("enterprise", "ENTERPRISE"),
                            ("organization", "ORGANIZATION"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("subject_id", models.CharField(blank=True, default="", max_length=80)),
                (
                    "organization",
                    models.CharField(blank=True, default="", max_length=80),
                ),
                ("posts", models.JSONField(blank=True, default=list)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject_kind", ""), ("subject_id", "")),
                            models.Q(
                                models.Q(("subject_kind", ""), _negated=True),
                                models.Q(("subject_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="account_subject_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "citizen"),
                                ("organization", ""),
                                models.Q(("subject_id", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind", "official"),
                                ("subject_id", ""),
                                models.Q(("organization", ""), _negated=True),
                            ),
                            models.Q(("kind", "auditor"), ("subject_id", "")),
                            _connector="OR",
                        ),
                        name="account_acts_for_one_side",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("account", models.CharField(max_length=60)),
                ("type", models.CharField(max_length=80)),
                ("number", models.CharField(max_length=16, unique=True)),
                (
                    "applicant_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "PERSON"),
                            ("enterprise", "ENTERPRISE"),
                            ("organization", "ORGANIZATION"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "applicant_id",
                    models.CharField(blank=True, default="", max_length=80),
                ),
                ("data", models.JSONField(default=dict)),
                ("updated", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "type"), name="draft_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applicant_kind", ""), ("applicant_id", "")),
                            models.Q(
                                models.Q(("applicant_kind", ""), _negated=True),
                                models.Q(("applicant_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="draft_applicant_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("ref", models.CharField(max_length=69)),
                ("name", models.CharField(max_length=200)),
                ("media", models.CharField(max_length=60)),
                ("size", models.PositiveBigIntegerField()),
                ("owner", models.CharField(max_length=60)),
                ("kept", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "kept"], name="file_owner_kept")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ref", "owner"), name="file_once_an_owner"
                    )
                ],
            },
        ),
    ]
