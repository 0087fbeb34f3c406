"""Cases, what they wait for, what they issued."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_ledger")]

    operations = [
        migrations.CreateModel(
            name="CaseNumber",
            fields=[
                (
                    "number",
                    models.CharField(max_length=16, primary_key=True, serialize=False),
                ),
                ("taken", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CaseRecord",
            fields=[
                (
                    "number",
                    models.CharField(max_length=16, primary_key=True, serialize=False),
                ),
                ("type", models.CharField(max_length=80)),
                ("pack", models.CharField(max_length=64)),
                (
                    "applicant_kind",
                    models.CharField(
                        choices=[
                            ("person", "PERSON"),
                            ("enterprise", "ENTERPRISE"),
                            ("organization", "ORGANIZATION"),
                        ],
                        max_length=12,
                    ),
                ),
                ("applicant_id", models.CharField(max_length=80)),
                ("organization", models.CharField(max_length=80)),
                ("phase", models.CharField(max_length=10)),
                ("due", models.DateField(null=True)),
                ("opened", models.DateTimeField()),
                ("closed", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=10)),
                ("version", models.PositiveIntegerField()),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="store.caserecord",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseDuty",
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
                ("organization", models.CharField(max_length=80)),
                ("post", models.CharField(max_length=80)),
                ("head", models.CharField(blank=True, default="", max_length=80)),
                ("act", models.CharField(max_length=80)),
                ("due", models.DateField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duties",
                        to="store.caserecord",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CommandKey",
            fields=[
                (
                    "key",
                    models.CharField(max_length=120, primary_key=True, serialize=False),
                ),
                ("digest", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.caserecord",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CertificateRecord",
            fields=[
                (
                    "number",
                    models.CharField(max_length=120, primary_key=True, serialize=False),
                ),
                ("type", models.CharField(max_length=80)),
                (
                    "holder_kind",
                    models.CharField(
                        choices=[
                            ("person", "PERSON"),
                            ("enterprise", "ENTERPRISE"),
                            ("organization", "ORGANIZATION"),
                        ],
                        max_length=12,
                    ),
                ),
                ("holder_id", models.CharField(max_length=80)),
                ("fields", models.JSONField()),
                ("issued_at", models.DateTimeField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("valid", "Valid"), ("revoked", "Revoked")],
                        default="valid",
                        max_length=8,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="store.caserecord",
                    ),
                ),
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
            name="CaseEvent",
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
                ("seq", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=60)),
                ("data", models.JSONField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="store.caserecord",
                    ),
                ),
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
            name="RuleVerdict",
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
                ("seq", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("explanation", models.JSONField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="store.caserecord",
                    ),
                ),
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.ledgerleaf",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="caserecord",
            index=models.Index(
                fields=["applicant_kind", "applicant_id", "-opened"],
                name="case_of_applicant",
            ),
        ),
        migrations.AddIndex(
            model_name="caserecord",
            index=models.Index(
                fields=["organization", "phase", "-opened", "number"],
                name="case_of_organization",
            ),
        ),
        migrations.AddIndex(
            model_name="caserecord",
            index=models.Index(
                condition=models.Q(("phase", "submitted")),
                fields=["due"],
                name="case_unaccepted_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="caserecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed__isnull", True), ("outcome", "")),
                    models.Q(
                        ("closed__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="case_closed_with_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="caserecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed__isnull", False), ("phase", "closed")),
                    models.Q(
                        models.Q(("phase", "closed"), _negated=True),
                        ("closed__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="case_closed_when_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="caserecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", "closed"), _negated=True),
                    ("due__isnull", True),
                    _connector="OR",
                ),
                name="case_closed_has_no_clock",
            ),
        ),
        migrations.AddIndex(
            model_name="caseduty",
            index=models.Index(
                fields=["organization", "due", "id", "post", "head"], name="duty_desk"
            ),
        ),
        migrations.AddIndex(
            model_name="caseduty",
            index=models.Index(fields=["due", "id"], name="duty_due"),
        ),
        migrations.AddConstraint(
            model_name="caseduty",
            constraint=models.UniqueConstraint(
                fields=("case", "act"), name="duty_once"
            ),
        ),
        migrations.AddIndex(
            model_name="certificaterecord",
            index=models.Index(
                fields=["holder_kind", "holder_id", "type", "-issued_at"],
                name="certificate_of_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.UniqueConstraint(
                fields=("case", "seq"), name="event_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleverdict",
            constraint=models.UniqueConstraint(
                fields=("case", "seq"), name="verdict_once"
            ),
        ),
    ]
