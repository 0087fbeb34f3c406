"""The sections that capabilities add to a pack, for tests without Django."""

from tongban.capabilities.certificates.sections import SECTIONS as CERTIFICATES
from tongban.capabilities.linkage.declaration import SECTION as LINKAGE


SECTIONS = (LINKAGE, *CERTIFICATES)
