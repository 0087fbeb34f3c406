"""The pages as a WSGI application (granian, or any other server of an office)."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string


os.environ.setdefault(  # noqa: TID251
    "DJANGO_SETTINGS_MODULE", "tongban.web.settings"
)
application = get_wsgi_application()
# Before the first visitor, so that nobody waits for it; and a pack that cannot be
# loaded stops the server instead of breaking every page. By name, because models
# can be imported only once the application above is made.
import_string("tongban.store.jurisdiction.current")()
