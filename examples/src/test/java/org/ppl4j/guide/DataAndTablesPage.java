package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import org.ppl4j.Gaps;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.Category;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;

/** The blocks of the page data-and-tables.md. */
@SuppressWarnings("ArrayRecordComponent") // data may hold plain arrays
final class DataAndTablesPage {

  private DataAndTablesPage() {}

  // region
  record Sales(int[] shop, double[] visitors, double[] sold, int shops) {}

  static final Program<Sales> SHOPS =
      (p, sales) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfNormal.of(1));
        NDArray slope = p.sample("slope", Normal.of(0, 1));
        NDArray base;
        try (Plate shops = p.plate("shops", sales.shops())) {
          base = p.sample("base", Normal.of(mu, tau)); // one a shop
        }
        try (Plate rows = p.plate("rows", sales.sold().length)) {
          NDArray ofShop = p.pick(base, rows.take(sales.shop()));
          NDArray logRate = ofShop.add(rows.take(sales.visitors()).log().mul(slope));
          p.observe("sold", Poisson.of(logRate.exp()), rows.take(sales.sold()));
        }
      };

  static Summary shops(Path csv, Path file) {
    Table table = Table.read(csv).complete(); // the rows without empty cells
    System.out.println(table); // what each column was taken for
    Category shop = table.category("shop");
    double[] visitors = table.column("visitors").numbers();
    double[] sold = table.column("sold").numbers();
    Sales sales = new Sales(shop.indices().toArray(), visitors, sold, shop.size());
    try (McmcRun<Sales> run = Nuts.of(SHOPS).run(sales)) {
      Samples draws = run.samples().withLabels("base", shop.levels());
      draws.save(file); // Samples.load(file)
      return draws.summary(); // base[Leeds] and so on
    }
  }

  // endregion

  // region
  record Readings(Gaps x, double[] y) {}

  static final Program<Readings> WITH_GAPS =
      (p, readings) -> {
        Gaps x = readings.x();
        NDArray mu = p.sample("mu", Normal.of(0, 10));
        NDArray unknown;
        try (Plate gaps = p.plate("gaps", x.count())) {
          unknown = p.sample("x.missing", Normal.of(mu, 1)); // a number for each gap
        }
        try (Plate rows = p.plate("rows", readings.y().length)) {
          p.observe("x", Normal.of(mu, 1).mask(rows.take(x.seen())), rows.take(x.values()));
          NDArray complete = x.complete(p, rows, unknown);
          p.observe("y", Normal.of(complete.mul(2), 0.5), rows.take(readings.y()));
        }
      };

  static Summary imputed(Table table) {
    Gaps x = table.column("x").gaps();
    try (McmcRun<Readings> run =
        Nuts.of(WITH_GAPS).run(new Readings(x, table.column("y").numbers()))) {
      return run.summary();
    }
  }

  // endregion

  // region
  record Measured(NDArray x, NDArray seen, NDArray y) {}

  static final Program<Measured> WITH_MISSING =
      (p, table) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 10));
        try (Plate rows = p.plate("rows", table.y().size(0))) {
          NDArray x = p.observe("x", Normal.of(mu, 1), table.x(), table.seen());
          p.observe("y", Normal.of(x.mul(2), 0.5), table.y());
        }
      };

  // endregion
}
