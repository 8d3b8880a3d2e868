package org.ppl4j.studies.energies;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Flip;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.PlaneLogDensity;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.transforms.TransformModule;

/**
 * How close do flows come to densities of strange shape? The four energies of Rezende and Mohamed
 * (2015) under six flows, each fitted by reversed KL to the density on the square, through the
 * bijection of an interval.
 *
 * <p>The gap of a fit is KL(q ‖ p) in nats, with log Z by quadrature: 0 for a perfect fit. The
 * table shows the two coordinates under the spline coupling, beside their moments by quadrature.
 */
public final class Energies implements Example {

  private static final String SPLINE_COUPLING = "spline-coupling";

  /** Pixels of a side of one picture on the sheet. */
  private static final int SIDE = 280;

  private final ImmutableList<Energy> energies;

  /** All four. */
  public Energies() {
    this(ImmutableList.copyOf(Energy.values()));
  }

  /** Some of them. */
  public Energies(List<Energy> energies) {
    this.energies = ImmutableList.copyOf(energies);
  }

  /** The flows, from the weakest on. */
  static final ImmutableList<EnergyFit.Recipe> RECIPES =
      ImmutableList.of(
          new EnergyFit.Recipe("planar-2", 1500, 0.02, dim -> Flows.planar(dim, 2)),
          new EnergyFit.Recipe("planar-8", 1500, 0.02, dim -> Flows.planar(dim, 8)),
          new EnergyFit.Recipe("planar-32", 1500, 0.02, dim -> Flows.planar(dim, 32)),
          new EnergyFit.Recipe("radial", 1500, 0.02, dim -> Flows.radial(dim, 16)),
          new EnergyFit.Recipe("iaf", 1500, 0.005, dim -> Flows.iaf(dim, 4)),
          new EnergyFit.Recipe(SPLINE_COUPLING, 1500, 0.01, Energies::splineCoupling));

  /**
   * Three layers, each of which changes both coordinates: a layer is enough for any density of two
   * numbers, but several in turn learn faster. More bins than usual, for branches side by side.
   */
  private static TransformModule splineCoupling(int dim) {
    RationalQuadratic spline = RationalQuadratic.of(12, 4);
    TransformModule layer = Coupling.of(dim, spline).passing(spline);
    return layer.then(Flip.of()).then(layer).then(Flip.of()).then(layer);
  }

  @Override
  public String name() {
    return "energies";
  }

  @Override
  public String description() {
    return "four densities of strange shape: how close six flows come as guides";
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    ImmutableMap.Builder<String, Reference.Moments> moments = ImmutableMap.builder();
    ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
    List<Picture> pictures = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    options.each(
        energies,
        energy -> {
          EnergyTruth truth = EnergyTruth.of(energy);
          figures.put("log Z." + energy, truth.logZ());
          options.drawn(() -> picture(energy, options)).ifPresent(pictures::add);
          options.each(
              RECIPES,
              recipe -> {
                EnergyFit fit = recipe.fit(energy, truth, options);
                fit.picture().ifPresent(pictures::add);
                String name = energy + "." + recipe.name();
                figures.put("gap." + name, fit.gap());
                figures.put("k-hat." + name, fit.khat());
                for (int branch = 0; branch < truth.masses().length; branch++) {
                  String which = "mass." + name + "." + (branch + 1);
                  figures.put(which, fit.masses()[branch]);
                  figures.put(which + " off by", fit.masses()[branch] - truth.masses()[branch]);
                }
                if (recipe.name().equals(SPLINE_COUPLING)) {
                  for (int i = 1; i <= 2; i++) {
                    rows.put(energy + ".z[" + i + "]", fit.summary().get("z[" + i + "]"));
                    moments.put(energy + ".z[" + i + "]", truth.moments().get(i - 1));
                  }
                }
                steps.add(fit.report().steps());
              });
        });
    figures.put("steps", (double) Collections.max(steps));
    if (!pictures.isEmpty()) {
      options.save(
          directory ->
              Sheet.of(1 + RECIPES.size(), pictures)
                  .each(SIDE, SIDE)
                  .save(directory.resolve("energies.png")));
    }
    return new ExampleResult(
        new Summary(rows.buildOrThrow()),
        new Reference(moments.buildOrThrow()),
        figures.buildOrThrow());
  }

  private static Picture picture(Energy energy, ExampleOptions options) {
    return PlanePicture.of(energy.name(), Area.square(Energy.BOUND))
        .density(
            PlaneLogDensity.of(
                options.config(),
                z -> energy.of(Energy.coordinate(z, 0), Energy.coordinate(z, 1)).neg()),
            EnergyFit.cells(options));
  }
}
