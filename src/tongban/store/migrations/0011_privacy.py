"""What was asked of the clean room, and how much of its budget is spent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0010_quota")]

    operations = [
        migrations.CreateModel(
            name="PrivacySpent",
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
                ("purpose", models.CharField(max_length=80)),
                ("since", models.DateField()),
                ("questions", models.PositiveIntegerField(default=0)),
                (
                    "epsilon",
                    models.DecimalField(decimal_places=6, default=0, max_digits=12),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="privacyspent",
            constraint=models.UniqueConstraint(
                fields=("purpose", "since"), name="privacy_one_per_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="privacyspent",
            constraint=models.CheckConstraint(
                condition=models.Q(("epsilon__gte", 0)), name="privacy_epsilon_spent"
            ),
        ),
        migrations.CreateModel(
            name="PrivacyQuestion",
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
                ("purpose", models.CharField(max_length=80)),
                ("since", models.DateField()),
                ("identity", models.CharField(max_length=64)),
                ("text", models.JSONField()),
                (
                    "epsilon",
                    models.DecimalField(decimal_places=6, default=0, max_digits=12),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.usereceipt",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["purpose", "since", "id"], name="privacy_of_period"
                    )
                ],
            },
        ),
    ]
