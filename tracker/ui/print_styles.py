"""How every page looks on paper: A4, black on white, tables whole, nothing that can only be pressed."""

from __future__ import annotations

PRINT_STYLES = """
.tk-paper{display:none}
@media print{
@page{size:A4;margin:14mm 12mm 16mm;
@bottom-left{font:8pt "Times New Roman",Tinos,serif;color:#000;white-space:nowrap}
@bottom-right{content:counter(page) " / " counter(pages);font:8pt "Times New Roman",Tinos,serif;color:#000}}
:root:root{--tk-line:#8A8A8A;--tk-soft:#EFEFEF;--tk-muted:#000;--tk-ink:#000;--tk-card:#fff;--tk-track:#DDD;--tk-link:#000;
--tk-up:#000;--tk-down:#000;--tk-accent:#000;--tk-first:#fff;--tk-sample:#fff;--tk-sample-ink:#000}
html,body,[data-testid=stApp]{background:#fff!important}
[data-testid=stApp] *{color:#000!important;text-shadow:none!important}
/* Blocks laid out as flex are moved to the next page whole, so that pages would end half empty. */
[data-testid=stVerticalBlock]:where(:not([data-testid=stHorizontalBlock] *)){display:block!important}
[data-testid=stVerticalBlock]>*{margin-bottom:.5rem}
[data-testid=stHeader],[data-testid=stSidebar],[data-testid=stToolbar],[data-testid=stDownloadButton],[data-testid=stPopover],
[data-testid=stElementToolbar],[data-testid=stPageLink],[data-testid=stButtonGroup],[data-testid=stExpander],
[data-testid=stTooltipIcon],[data-testid=stToastContainer],[data-testid=stPagination],[data-testid=stStatusWidget],
[data-testid=stTabs] [role=tablist],[data-testid=stButton],.st-key-language,[class*=st-key-filters],.tk-screen,.tk-lead,
.tk-banner{display:none!important}
.tk-paper{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:9pt;border-block:1px solid #000;padding:.25rem 0}
.tk-paper strong{flex-basis:100%;font-size:11pt}
.tk-sample{border:1px solid #000;background:none!important}
[data-testid=stMain],[data-testid=stAppViewContainer],[data-testid=stApp]{position:static!important;overflow:visible!important;
height:auto!important}
[data-testid=stMainBlockContainer]{padding:0 1px!important;max-width:none}
h1{font-size:18pt!important;padding:0!important}h2{font-size:13pt!important}h3{font-size:11.5pt!important}
h1,h2,h3,.stElementContainer:has([data-testid=stHeading]),[data-testid=stLayoutWrapper]:has(>.stHorizontalBlock h2){
break-after:avoid}
.stElementContainer:has([data-testid=stPlotlyChart]),[data-testid=stColumn],[data-testid=stMetric],[class*=st-key-card]{
break-inside:avoid}
.stElementContainer:has([data-testid=stHeading])+.stElementContainer:has([data-testid=stCaptionContainer]){
break-after:avoid}
[data-testid=stCaptionContainer],[data-testid=stCaptionContainer] *{opacity:1!important}
thead{display:table-header-group;break-after:avoid}
tr{break-inside:avoid}
tr.tk-heading,tr.tk-group{break-after:avoid}
body:has(.tk-board) ol.tk-leaders{break-after:page}
a{color:inherit!important;text-decoration:none!important}
[data-testid=stMetric]{padding:.25rem .5rem!important;box-shadow:none!important}
[data-testid=stMetric] *{font-size:8.5pt!important;line-height:1.25!important}
[data-testid=stMetricDelta],[data-testid=stMetricDelta] *{white-space:normal;flex-wrap:wrap;background:none!important}
[data-testid=stMetricValue] *{font-size:14pt!important;font-weight:600}
[data-testid=stMetric] [data-testid=stIconMaterial]{display:none}
.st-key-kpi [data-testid=stGrid]{gap:.4rem!important}
.st-key-kpi [data-testid=stGrid]:has(>:nth-child(5)){grid-template-columns:repeat(5,minmax(0,1fr))!important}
[data-testid=stBadge],[data-testid=stMarkdownBadge],.stMarkdownBadge{background:none!important;border:1px solid #000}
[data-testid=stAlert],[data-testid=stAlertContainer]{background:none!important;border:1px solid #000}
.tk-chip,.tk-pill,.tk-flags em,.tk-state{background:none!important;border:1px solid #000!important}
.tk-medal{box-shadow:inset 0 0 0 1px #000!important;background:none!important}
.tk-step,.tk-entry,.tk-cards li{box-shadow:none!important;background:none!important;border-color:#555!important}
.tk-bar,.tk-bar b,.tk-heat td{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.js-plotly-plot .main-svg{background:none!important}.js-plotly-plot text{fill:#000!important}
.js-plotly-plot .bg{fill:none!important}
}
"""
