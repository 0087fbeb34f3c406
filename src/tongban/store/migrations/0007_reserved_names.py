"""Names that no account may bear, and duties whose clock stands still."""

from django.db import migrations, models
from django.db.models.functions import Cast
from django.db.models.lookups import Contains


class Migration(migrations.Migration):
    dependencies = [("store", "0004_uses")]

    operations = [
        migrations.AlterField(
            model_name="caseduty",
            name="due",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("username", "system"), _negated=True),
                name="account_is_not_the_system",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    Contains(Cast("posts", models.TextField()), '"*'), _negated=True
                ),
                name="account_posts_are_declared",
            ),
        ),
    ]
