package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.benchmarks.PeerCases.Case;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Autoregressive;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.LinearRational;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.nn.Made;
import org.ppl4j.nn.Mlp;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/**
 * The flows that Pyro is timed on, of the same family, bins and widths: densities by maximum
 * likelihood on 512 rows a step, and a guide.
 */
final class PeerFlows {

  private static final int ROWS = 512;
  private static final double RATE = 5e-3;
  private static final ScalarFamily EIGHT_BINS = LinearRational.of(8, 3);
  private static final ScalarFamily SIXTEEN_BINS = LinearRational.of(16, 3);

  static final TransformModule COUPLING =
      Coupling.of(2, SIXTEEN_BINS).passing(SIXTEEN_BINS).conditioner(Mlp.of(20, 20));

  static final TransformModule AUTOREGRESSIVE =
      Autoregressive.of(10, EIGHT_BINS).conditioner(Made.of(64, 64)).inverted();

  static final ConditionalTransformModule SPLINE =
      Elementwise.of(1, EIGHT_BINS).conditional(1, Mlp.of(32, 32));

  static final ConditionalTransformModule CONDITIONAL_COUPLING =
      Coupling.of(5, EIGHT_BINS).passing(EIGHT_BINS).conditioner(Mlp.of(64, 64)).conditional(10);

  static final ConditionalTransformModule CONDITIONAL_AUTOREGRESSIVE =
      Autoregressive.of(5, EIGHT_BINS).conditioner(Made.of(64, 64)).conditional(10).inverted();

  private PeerFlows() {}

  /** A density of rows. */
  static Case<NDArray> density(TransformModule flow, NDArray rows) {
    long dim = rows.getShape().get(1);
    Program<NDArray> model =
        (p, batch) -> {
          try (Plate plate = p.plate("rows", ROWS)) {
            Distribution base = Normal.standard(dim).toEvent(1);
            p.observe(
                "x", TransformedDistribution.of(base, p.module("flow", flow)), plate.take(batch));
          }
        };
    return new Case<>(model, (p, batch) -> {}, PeerCases.batches(rows, ROWS), true, RATE);
  }

  /** A density of y given x. */
  static Case<PeerModels.Table> conditional(
      ConditionalTransformModule flow, PeerModels.Table table) {
    long dim = table.y().getShape().get(1);
    Program<PeerModels.Table> model =
        (p, batch) -> {
          try (Plate plate = p.plate("rows", ROWS)) {
            Distribution base = Normal.standard(dim).toEvent(1);
            p.observe(
                "y",
                TransformedDistribution.of(
                    base, p.module("flow", flow).given(plate.take(batch.x()))),
                plate.take(batch.y()));
          }
        };
    List<NDArray> x = PeerCases.batches(table.x(), ROWS);
    List<NDArray> y = PeerCases.batches(table.y(), ROWS);
    List<PeerModels.Table> batches = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      batches.add(new PeerModels.Table(x.get(i), y.get(i)));
    }
    return new Case<>(model, (p, batch) -> {}, batches, true, RATE);
  }

  /** Two affine autoregressive layers as the guide of the hierarchical model. */
  static Case<PeerModels.Grouped> guide(PeerModels.Grouped data) {
    Program<PeerModels.Grouped> guide =
        AutoFlow.of(
            PeerModels.HIERARCHICAL,
            dim -> Autoregressive.of(dim, AffineFamily.of()).conditioner(Made.of(128)).repeat(2));
    return new Case<>(PeerModels.HIERARCHICAL, guide, data, RATE);
  }
}
