"""Provinces by one spelling, however a table of an index writes them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from tracker.intake.folding import fold

_BEFORE = re.compile(r"^(?:tỉnh|thành phố|thành phố trực thuộc trung ương|tp\.?|t\.p\.?)\s+", re.IGNORECASE)
# The 63 provinces of until 2025; those of today have names that are among them.
_NAMES = (
    "An Giang, Bà Rịa - Vũng Tàu, Bạc Liêu, Bắc Giang, Bắc Kạn, Bắc Ninh, Bến Tre, Bình Dương, Bình Định, Bình Phước, "
    "Bình Thuận, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Đắk Nông, Điện Biên, Đồng Nai, Đồng Tháp, Gia Lai, Hà Giang, "
    "Hà Nam, Hà Nội, Hà Tĩnh, Hải Dương, Hải Phòng, Hậu Giang, Hòa Bình, Hồ Chí Minh, Huế, Hưng Yên, Khánh Hòa, Kiên Giang, "
    "Kon Tum, Lai Châu, Lạng Sơn, Lào Cai, Lâm Đồng, Long An, Nam Định, Nghệ An, Ninh Bình, Ninh Thuận, Phú Thọ, Phú Yên, "
    "Quảng Bình, Quảng Nam, Quảng Ngãi, Quảng Ninh, Quảng Trị, Sóc Trăng, Sơn La, Tây Ninh, Thái Bình, Thái Nguyên, "
    "Thanh Hóa, Thừa Thiên Huế, Tiền Giang, Trà Vinh, Tuyên Quang, Vĩnh Long, Vĩnh Phúc, Yên Bái"
)
_ALSO = {"tphcm": "Hồ Chí Minh", "hcm": "Hồ Chí Minh", "tthue": "Thừa Thiên Huế", "brvt": "Bà Rịa - Vũng Tàu"}


@cache
def _by_fold() -> dict[str, str]:
    return {fold(name): name for name in _NAMES.split(", ")} | _ALSO


def name_place(text: str) -> str:
    """The province's name in its one spelling; any other name composed, without "Tỉnh" or "Thành phố" before it."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    plain = _BEFORE.sub("", name)
    return _by_fold().get(fold(plain)) or _by_fold().get(fold(name)) or plain
