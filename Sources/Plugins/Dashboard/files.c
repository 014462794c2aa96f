// Every file of the folder page, put into the program as it is. A test compares this list with the
// folder; the compiler notes the files, so that a change of one leads to a build.
#include "DashboardFiles.h"

#define TW_FILE(symbol) static const uint8_t symbol[] =

TW_FILE(alerts_view_js) {
#embed "page/alerts-view.js"
};
TW_FILE(api_js) {
#embed "page/api.js"
};
TW_FILE(axis_js) {
#embed "page/axis.js"
};
TW_FILE(bar_feed_js) {
#embed "page/bar-feed.js"
};
TW_FILE(canvas_chart_js) {
#embed "page/canvas-chart.js"
};
TW_FILE(canvas_scale_js) {
#embed "page/canvas-scale.js"
};
TW_FILE(chart_panel_js) {
#embed "page/chart-panel.js"
};
TW_FILE(connection_js) {
#embed "page/connection.js"
};
TW_FILE(dom_js) {
#embed "page/dom.js"
};
TW_FILE(feeds_js) {
#embed "page/feeds.js"
};
TW_FILE(figures_js) {
#embed "page/figures.js"
};
TW_FILE(format_js) {
#embed "page/format.js"
};
TW_FILE(frame_js) {
#embed "page/frame.js"
};
TW_FILE(icon_svg) {
#embed "page/icon.svg"
};
TW_FILE(index_html) {
#embed "page/index.html"
};
TW_FILE(keys_js) {
#embed "page/keys.js"
};
TW_FILE(library_chart_js) {
#embed "page/library-chart.js"
};
TW_FILE(line_chart_js) {
#embed "page/line-chart.js"
};
TW_FILE(list_js) {
#embed "page/list.js"
};
TW_FILE(log_tail_js) {
#embed "page/log-tail.js"
};
TW_FILE(main_js) {
#embed "page/main.js"
};
TW_FILE(market_view_js) {
#embed "page/market-view.js"
};
TW_FILE(market_js) {
#embed "page/market.js"
};
TW_FILE(operations_view_js) {
#embed "page/operations-view.js"
};
TW_FILE(query_js) {
#embed "page/query.js"
};
TW_FILE(route_js) {
#embed "page/route.js"
};
TW_FILE(series_js) {
#embed "page/series.js"
};
TW_FILE(session_js) {
#embed "page/session.js"
};
TW_FILE(spark_js) {
#embed "page/spark.js"
};
TW_FILE(spec_js) {
#embed "page/spec.js"
};
TW_FILE(stream_js) {
#embed "page/stream.js"
};
TW_FILE(style_css) {
#embed "page/style.css"
};
TW_FILE(theme_js) {
#embed "page/theme.js"
};
TW_FILE(tickwire_js) {
#embed "../../../clients/js/tickwire.js"
};
TW_FILE(topology_js) {
#embed "page/topology.js"
};
TW_FILE(world_js) {
#embed "page/world.js"
};
// deploy/chart.sh fetches it; without it the page draws charts by itself.
#if __has_embed("page/vendor/lightweight-charts.js") == __STDC_EMBED_FOUND__
#define TW_HAS_CHARTS
TW_FILE(charts_js) {
#embed "page/vendor/lightweight-charts.js"
};
#endif

static const struct {
  const char *name;
  const uint8_t *bytes;
  size_t count;
} files[] = {
    {"alerts-view.js", alerts_view_js, sizeof alerts_view_js},
    {"api.js", api_js, sizeof api_js},
    {"axis.js", axis_js, sizeof axis_js},
    {"bar-feed.js", bar_feed_js, sizeof bar_feed_js},
    {"canvas-chart.js", canvas_chart_js, sizeof canvas_chart_js},
    {"canvas-scale.js", canvas_scale_js, sizeof canvas_scale_js},
    {"chart-panel.js", chart_panel_js, sizeof chart_panel_js},
    {"connection.js", connection_js, sizeof connection_js},
    {"dom.js", dom_js, sizeof dom_js},
    {"feeds.js", feeds_js, sizeof feeds_js},
    {"figures.js", figures_js, sizeof figures_js},
    {"format.js", format_js, sizeof format_js},
    {"frame.js", frame_js, sizeof frame_js},
    {"icon.svg", icon_svg, sizeof icon_svg},
    {"index.html", index_html, sizeof index_html},
    {"keys.js", keys_js, sizeof keys_js},
    {"library-chart.js", library_chart_js, sizeof library_chart_js},
    {"line-chart.js", line_chart_js, sizeof line_chart_js},
    {"list.js", list_js, sizeof list_js},
    {"log-tail.js", log_tail_js, sizeof log_tail_js},
    {"main.js", main_js, sizeof main_js},
    {"market-view.js", market_view_js, sizeof market_view_js},
    {"market.js", market_js, sizeof market_js},
    {"operations-view.js", operations_view_js, sizeof operations_view_js},
    {"query.js", query_js, sizeof query_js},
    {"route.js", route_js, sizeof route_js},
    {"series.js", series_js, sizeof series_js},
    {"session.js", session_js, sizeof session_js},
    {"spark.js", spark_js, sizeof spark_js},
    {"spec.js", spec_js, sizeof spec_js},
    {"stream.js", stream_js, sizeof stream_js},
    {"style.css", style_css, sizeof style_css},
    {"theme.js", theme_js, sizeof theme_js},
    {"tickwire.js", tickwire_js, sizeof tickwire_js},
    {"topology.js", topology_js, sizeof topology_js},
    {"world.js", world_js, sizeof world_js},
#ifdef TW_HAS_CHARTS
    {"lightweight-charts.js", charts_js, sizeof charts_js},
#endif
};

size_t tw_dashboard_count(void) { return sizeof files / sizeof files[0]; }

const char *tw_dashboard_name(size_t index) {
  return index < tw_dashboard_count() ? files[index].name : NULL;
}

const uint8_t *tw_dashboard_bytes(size_t index, size_t *count) {
  if (index >= tw_dashboard_count()) return NULL;
  *count = files[index].count;
  return files[index].bytes;
}
