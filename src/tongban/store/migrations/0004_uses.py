"""Receipts, grants, the pack in force."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0003_cases")]

    operations = [
        migrations.CreateModel(
            name="GrantRecord",
            fields=[
                (
                    "id",
                    models.CharField(max_length=120, primary_key=True, serialize=False),
                ),
                ("organization", models.CharField(max_length=80)),
                ("purpose", models.CharField(max_length=80)),
                ("dataset", models.CharField(max_length=120)),
                ("items", models.JSONField()),
                ("scope", models.CharField(max_length=12)),
                ("basis", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("filter", models.TextField(blank=True, default="")),
                ("reveal", models.JSONField(default=list)),
                ("case", models.CharField(blank=True, default="", max_length=16)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, default="", max_length=60)),
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.ledgerleaf",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PackInForce",
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
                ("digest", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=120)),
                ("since", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["-since"], name="pack_since")],
            },
        ),
        migrations.CreateModel(
            name="UseReceipt",
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
                ("by", models.CharField(max_length=60)),
                ("organization", models.CharField(max_length=80)),
                ("purpose", models.CharField(max_length=80)),
                (
                    "case",
                    models.CharField(
                        blank=True, db_index=True, default="", max_length=16
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
                ("items", models.JSONField()),
                ("grants", models.JSONField()),
                ("rows", models.PositiveBigIntegerField()),
                ("plan", models.CharField(max_length=64)),
                ("versions", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.ledgerleaf",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="grantrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", True), ("revoked_by", "")),
                    models.Q(
                        ("revoked_at__isnull", False),
                        models.Q(("revoked_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="grant_revoked_by_someone",
            ),
        ),
        migrations.AddIndex(
            model_name="usereceipt",
            index=models.Index(
                fields=["subject_kind", "subject_id", "-id"], name="receipt_of_subject"
            ),
        ),
        migrations.AddIndex(
            model_name="usereceipt",
            index=models.Index(
                fields=["organization", "-id"], name="receipt_of_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="usereceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("subject_kind", ""), ("subject_id", "")),
                    models.Q(
                        models.Q(("subject_kind", ""), _negated=True),
                        models.Q(("subject_id", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="receipt_subject_paired",
            ),
        ),
    ]
