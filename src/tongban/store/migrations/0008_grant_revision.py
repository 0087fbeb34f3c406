"""The number of the grants' last change, in a row of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0007_reserved_names")]

    operations = [
        migrations.CreateModel(
            name="GrantRevision",
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
                ("value", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="grantrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="grant_revision_one_row"
            ),
        ),
    ]
