"""How much a grant gives, and how much of it is used."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0009_data_versions")]

    operations = [
        migrations.AddField(
            model_name="grantrecord",
            name="quota",
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name="GrantUsage",
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
                ("grant", models.CharField(max_length=120)),
                ("per", models.CharField(max_length=6)),
                ("start", models.DateTimeField()),
                ("calls", models.PositiveBigIntegerField(default=0)),
                ("rows", models.PositiveBigIntegerField(default=0)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.AddConstraint(
            model_name="grantusage",
            constraint=models.UniqueConstraint(
                fields=("grant", "per"), name="usage_of_grant_and_period"
            ),
        ),
    ]
