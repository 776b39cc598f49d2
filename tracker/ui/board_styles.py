"""How the board, the heat map and the lists look, on screen, on a phone and on paper."""

from __future__ import annotations

from tracker.ui.look import is_dark


def board_styles() -> str:
    """The style sheet, for `st.html`, of pages that show the board or the lists."""
    return f"<style>{_DARK if is_dark() else _LIGHT}{_STYLES}</style>"


_LIGHT = """:root{--tk-track:#E9E1D5;--tk-card:#FFFFFF;--tk-up:#0B6B3A;--tk-down:#A4161A;--tk-link:#1D4F91;--tk-ink:#15120F;
--tk-g0b:#DDF1EA;--tk-g0:#0B5B4B;--tk-g1b:#E1EBF8;--tk-g1:#1B4780;--tk-g2b:#FBEBD2;--tk-g2:#7A3E02;--tk-g3b:#ECEAE6;
--tk-g3:#4A433C;--tk-g4b:#FBE0E0;--tk-g4:#8C1216;--tk-first:linear-gradient(135deg,#FFF7DF,#FFFFFF 55%)}"""
_DARK = """:root{--tk-track:#343A45;--tk-card:#1C2027;--tk-up:#5FD39A;--tk-down:#FF9A9A;--tk-link:#8AB8F0;--tk-ink:#ECE8E1;
--tk-g0b:#12382F;--tk-g0:#7FE0CB;--tk-g1b:#182C47;--tk-g1:#A9CCF5;--tk-g2b:#3F2C12;--tk-g2:#F6C58A;--tk-g3b:#2D3139;
--tk-g3:#D0CAC0;--tk-g4b:#431B1E;--tk-g4:#FFB3B3;--tk-first:linear-gradient(135deg,#2C2614,#1C2027 55%)}
@media print{.tk-heat td{background:none!important}}"""
_STYLES = """
.tk-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.tk-lead{display:flex;flex-wrap:wrap;gap:.4rem .9rem;align-items:center;color:var(--tk-muted);font-size:.9375rem}
.tk-state{font-weight:600;padding:.1rem .6rem;border-radius:999px;background:var(--tk-g2b);color:var(--tk-g2)}
.tk-state.tk-final{background:var(--tk-g0b);color:var(--tk-g0)}
.tk-foot{color:var(--tk-muted);font-size:.875rem;line-height:1.6}
.tk-foot a{color:var(--tk-link)}
ol.tk-podium,ol.tk-leaders,ul.tk-entries{list-style:none;margin:0;padding:0;display:grid;gap:.9rem}
ol.tk-podium{grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));align-items:end}
ol.tk-leaders{grid-template-columns:repeat(auto-fill,minmax(14.5rem,1fr));gap:.7rem}
.tk-step{margin:0;background:var(--tk-card);border:1px solid var(--tk-line);border-top:4px solid #B87333;border-radius:.6rem;
padding:.85rem 1rem 1rem;box-shadow:0 1px 3px rgb(0 0 0/.07);display:flex;flex-direction:column;gap:.4rem;min-width:0}
.tk-step1{border-top-color:#D4A017}.tk-step2{border-top-color:#9AA3AE}
.tk-podium .tk-step1{background:var(--tk-first);padding-block:1.4rem 1.6rem}
.tk-podium .tk-step2{padding-block:1rem 1.2rem}
@media (min-width:62rem){.tk-podium .tk-step1:nth-child(1):nth-last-child(3):has(+.tk-step2){order:2}
.tk-podium .tk-step2:nth-child(2):nth-last-child(2){order:1}.tk-podium .tk-step:nth-child(3){order:3}}
.tk-top{display:flex;align-items:center;gap:.5rem;color:var(--tk-muted);font-size:.875rem}
.tk-top .tk-move{margin-left:auto}
.tk-cluster{color:var(--tk-muted)!important;text-decoration:none!important;overflow-wrap:anywhere}
.tk-cluster:hover{text-decoration:underline!important}
.tk-name{font-family:"Source Serif","Source Serif 4",Georgia,serif;font-size:1.1875rem;font-weight:600;line-height:1.3;
color:var(--tk-ink)!important;text-decoration:none!important;overflow-wrap:anywhere}
.tk-leaders .tk-name{font-size:1.03rem}
.tk-name:hover{text-decoration:underline!important}
.tk-big{display:flex;align-items:center;gap:.6rem;flex-wrap:wrap}
.tk-big strong{font-size:1.75rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.15}
.tk-podium .tk-step1 .tk-big strong{font-size:2.4rem}
.tk-leaders .tk-big strong{font-size:1.4rem}
.tk-line{display:grid;grid-template-columns:minmax(6.5rem,auto) 1fr 3.6rem;gap:.6rem;align-items:center;font-size:.875rem}
.tk-line b{font-weight:500;text-align:right;font-variant-numeric:tabular-nums}
.tk-bar{display:inline-block;height:.5rem;min-width:2rem;border-radius:999px;width:100%}
.tk-medal{display:inline-grid;place-items:center;min-width:1.75rem;height:1.75rem;padding-inline:.3rem;border-radius:999px;
font-weight:650;font-variant-numeric:tabular-nums;color:var(--tk-ink)}
.tk-m1{background:#E9BE3F;color:#2B1D00;box-shadow:inset 0 0 0 2px #B98A12}
.tk-m2{background:#CBD2DA;color:#1F262E;box-shadow:inset 0 0 0 2px #8F99A5}
.tk-m3{background:#DDA577;color:#2E1702;box-shadow:inset 0 0 0 2px #A8672F}
.tk-move{font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap;color:var(--tk-muted)}
.tk-up{color:var(--tk-up)}.tk-down{color:var(--tk-down)}
.tk-new{color:var(--tk-g1);background:var(--tk-g1b);padding:.05rem .45rem;border-radius:999px;font-size:.8125rem}
.tk-chip{display:inline-block;font-size:.8125rem;font-weight:600;padding:.1rem .6rem;border-radius:999px;white-space:nowrap}
.tk-g0{background:var(--tk-g0b);color:var(--tk-g0)}.tk-g1{background:var(--tk-g1b);color:var(--tk-g1)}
.tk-g2{background:var(--tk-g2b);color:var(--tk-g2)}.tk-g3{background:var(--tk-g3b);color:var(--tk-g3)}
.tk-g4{background:var(--tk-g4b);color:var(--tk-g4)}
.tk-flags{display:flex;flex-wrap:wrap;gap:.25rem .4rem;margin-top:.15rem}
.tk-flags em{font-style:normal;font-size:.8125rem;font-weight:500;color:var(--tk-g2);background:var(--tk-g2b);
padding:.05rem .5rem;border-radius:.3rem}
.tk-scroll{overflow-x:auto;border:1px solid var(--tk-line);border-radius:.6rem;background:var(--tk-card)}
.tk-board,.tk-heat{width:100%;border-collapse:collapse;font-size:.9375rem}
.tk-board thead th{background:var(--tk-soft);color:var(--tk-muted);font-weight:600;text-align:left;padding:.55rem .7rem;
font-size:.875rem;border-bottom:2px solid var(--tk-accent)}
.tk-board thead small{font-weight:400}
.tk-board tbody td,.tk-board tbody th{padding:.5rem .7rem;border-top:1px solid var(--tk-line);vertical-align:middle;
text-align:left;font-weight:400}
.tk-board tbody tr:not(.tk-group):hover{background:var(--tk-soft)}
.tk-board .tk-c{text-align:center}.tk-board .tk-r{text-align:right}
.tk-board th[scope=row] a,.tk-heat th a{color:var(--tk-link)!important;font-weight:600;
text-decoration:none!important;overflow-wrap:anywhere}
.tk-board th[scope=row] a:hover,.tk-heat th a:hover{text-decoration:underline!important}
.tk-board th[scope=row]{min-width:9rem}
.tk-code{color:var(--tk-muted);font-size:.8125rem;margin-left:.5rem;white-space:nowrap}
.tk-board .tk-score{font-weight:650;font-variant-numeric:tabular-nums;font-size:1.03rem}
.tk-group th{background:var(--tk-soft);color:var(--tk-muted)!important;font-size:.8125rem;font-weight:650!important;
letter-spacing:.02em;padding:.35rem .7rem!important}
.tk-points{display:grid;grid-template-columns:1fr 3rem;gap:.5rem;align-items:center;min-width:7.5rem}
.tk-points span{text-align:right;font-variant-numeric:tabular-nums;font-size:.875rem}
.tk-mini{display:none}
.tk-heat th,.tk-heat td{border:1px solid var(--tk-card);padding:.3rem .4rem;font-variant-numeric:tabular-nums}
.tk-heat thead th{vertical-align:bottom;
font-size:.78rem;font-weight:500;line-height:1.25;color:var(--tk-muted);min-width:5.2rem;text-align:left}
.tk-heat thead .tk-over{font-weight:650;font-size:.8125rem;color:var(--tk-ink);border-bottom:3px solid}
.tk-heat td{text-align:center;font-size:.84rem}
.tk-heat tbody th{text-align:left;font-weight:400;min-width:13rem;position:sticky;left:0;background:var(--tk-card)}
.tk-heat td.tk-none{color:var(--tk-muted)}
.tk-simple{width:100%;border-collapse:collapse;font-size:.9rem}
.tk-simple th,.tk-simple td{padding:.35rem .6rem;border-bottom:1px solid var(--tk-line);text-align:left;font-weight:400}
.tk-simple thead th{font-weight:600;color:var(--tk-muted)}
.tk-simple td{text-align:center;font-variant-numeric:tabular-nums}
ul.tk-entries{grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));gap:.8rem}
.tk-entry{margin:0;background:var(--tk-card);border:1px solid var(--tk-line);
border-left:4px solid var(--tk-edge,var(--tk-line));
border-radius:.5rem;padding:.8rem 1rem;min-width:0}
.tk-entry .tk-top{margin-bottom:.2rem}
.tk-entry .tk-top strong{margin-left:auto;color:var(--tk-ink);font-variant-numeric:tabular-nums;font-size:1.03rem}
.tk-entry p{margin:.3rem 0 0;line-height:1.5;font-size:.9375rem}
.tk-entry .tk-chip{white-space:normal}
.tk-reward{--tk-edge:#D4A017}.tk-criticism{--tk-edge:#A4161A}.tk-ruled_out{--tk-edge:#8F99A5}
.tk-rule{margin-bottom:1.6rem}
.tk-award{margin-bottom:.6rem;display:flex;flex-wrap:wrap;align-items:center;gap:.5rem .7rem}
.tk-award h3{margin:0;padding:0;font-size:1.125rem}
@media (max-width:40rem){
.tk-wide{display:none}
.tk-code{display:block;margin:0}
.tk-mini{display:grid;gap:.2rem;margin-top:.3rem}.tk-mini .tk-bar{height:.3rem}
.tk-board tbody td,.tk-board tbody th,.tk-board thead th{padding:.45rem .4rem}
.tk-heat tbody th{min-width:9rem}
ol.tk-podium,ol.tk-leaders{grid-template-columns:minmax(0,1fr)}
}
@media print{
@page wide{size:A4 landscape}
body:has(.tk-heat){page:wide}
.tk-heat{font-size:7.5pt!important}
.tk-heat thead th{min-width:0;font-size:6.5pt}.tk-heat tbody th{min-width:8rem;position:static}
.tk-heat td,.tk-heat tbody th{padding:.1rem .2rem}.tk-heat .tk-medal{min-width:1.2rem;height:1.2rem}
.st-key-board_tools{display:none!important}
.tk-scroll{overflow:visible;border:0}
.tk-board .tk-code{display:block;margin:0}
.tk-points{min-width:4.5rem;grid-template-columns:1fr 2.2rem;gap:.3rem}
.tk-board,.tk-heat{font-size:9pt}
.tk-board tbody td,.tk-board tbody th,.tk-board thead th{padding:.2rem .25rem}
.tk-chip{font-size:8pt;padding:.05rem .4rem}
.tk-line{grid-template-columns:minmax(0,1fr) 2rem 2.8rem;font-size:8.5pt}
.tk-step,.tk-entry,.tk-group{break-inside:avoid}
.tk-step{padding:.4rem .6rem!important;gap:.15rem}.tk-name{font-size:11pt!important}.tk-big strong{font-size:13pt!important}
ol.tk-leaders{grid-template-columns:repeat(4,1fr)}ol.tk-podium{grid-template-columns:repeat(3,1fr)}
}
"""
