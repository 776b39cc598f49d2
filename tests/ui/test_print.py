"""What a printed page says of the result it shows."""

from __future__ import annotations

from tracker.ui.paper import quoted

from .boards import begin, markup, open_page, put_units, report


def test_a_printed_board_unit_and_list_say_which_result_it_is_and_that_it_is_provisional(province):
    put_units(province, a=["U1:Xã Đắk Mây"])
    begin(province)
    report(province, 2025, U1=("1", "1"))
    for page, query in (("leaderboard", {}), ("unit", {"u": "U1"}), ("lists", {})):
        shown = markup(open_page(page, p="2025", **query))
        paper = shown[shown.index('<div class="tk-paper">') :]
        for said in ("BẢN TẠM TÍNH (PROVISIONAL)", "Thi đua nhỏ", "Kỳ Năm 2025", "31/12/2025", "small@1", "chưa chốt"):
            assert said in paper, (page, said)
        assert '@bottom-left{content:"nho · 2025 · đang theo dõi · 31/12/2025 · tính trực tiếp · small@1"}' in shown


def test_no_text_ends_the_string_or_the_style_sheet_it_stands_in():
    assert quoted('a"}</style>\\\n') == r"a\22 \7d \3c /style\3e \5c \a "
    assert quoted("Đợt 1 – kỳ «2»") == "Đợt 1 – kỳ \\ab 2\\bb "
