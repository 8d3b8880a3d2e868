package org.ppl4j;

import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The sites of an execution as a table of text: name, kind, distribution, shapes, plates.
 *
 * @param rows one a site, in order
 */
public record SiteTable(List<Row> rows) {

  /**
   * One site.
   *
   * @param name the name
   * @param kind latent, enumerated, auxiliary, observed, factor, deterministic or param
   * @param distribution its distribution; a parameter's constraint
   * @param sample the shape of the value left of the batch: particles and posterior draws
   * @param batch the batch shape, in its plates
   * @param event the event shape
   * @param plates the plates around it, the outermost first
   */
  public record Row(
      String name,
      String kind,
      String distribution,
      Shape sample,
      Shape batch,
      Shape event,
      List<String> plates) {}

  private static final ImmutableList<String> HEADER =
      ImmutableList.of("site", "kind", "distribution", "sample", "batch", "event", "plates");

  /** Keeps a copy of the rows. */
  public SiteTable {
    rows = List.copyOf(rows);
  }

  static SiteTable of(Trace trace) {
    return of(trace.params(), trace.sites());
  }

  static SiteTable of(List<ParamSite> params, List<SampleSite> sites) {
    List<Row> rows = new ArrayList<>();
    params.forEach(site -> rows.add(row(site)));
    sites.forEach(site -> rows.add(row(site)));
    return new SiteTable(rows);
  }

  private static Row row(ParamSite site) {
    return new Row(
        site.name(),
        "param",
        site.constraint().toString(),
        new Shape(),
        new Shape(),
        site.value().getShape(),
        List.of());
  }

  private static Row row(SampleSite site) {
    List<String> plates = new ArrayList<>();
    site.plates().forEach(plate -> plates.add(0, plate.toString()));
    String kind = site.isAuxiliary() ? "auxiliary" : site.kind().name().toLowerCase(Locale.ROOT);
    return switch (site.kind()) {
      case LATENT, ENUMERATED, OBSERVED -> {
        Shape batch = site.distribution().batchShape();
        Shape event = site.distribution().eventShape();
        Shape value = site.value().getShape();
        int left = value.dimension() - batch.dimension() - event.dimension();
        yield new Row(
            site.name(),
            kind,
            site.distribution().toString(),
            left > 0 ? value.slice(0, left) : new Shape(),
            batch,
            event,
            plates);
      }
      case FACTOR ->
          new Row(
              site.name(), kind, "", new Shape(), site.logProb().getShape(), new Shape(), plates);
      case DETERMINISTIC ->
          new Row(site.name(), kind, "", new Shape(), site.value().getShape(), new Shape(), plates);
    };
  }

  /** The table, columns aligned, one line a site. */
  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEADER);
    for (Row row : rows) {
      lines.add(
          List.of(
              row.name,
              row.kind,
              row.distribution,
              row.sample.toString(),
              row.batch.toString(),
              row.event.toString(),
              String.join(", ", row.plates)));
    }
    int[] widths = new int[HEADER.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    return lines.stream().map(line -> padded(line, widths)).collect(joining("\n"));
  }

  private static String padded(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
