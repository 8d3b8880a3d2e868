package org.ppl4j.infer.latent;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.StartCases.StartCase;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/** Judges starts by the step that a fit makes there. */
final class StartLaw {

  /** So small that the step's draw is the start itself. */
  static final double SCALE = 1e-9;

  private StartLaw() {}

  /** By the rate, in logarithms. */
  private static boolean hasMoved(double scale) {
    double moved = Math.abs(Math.log(scale / SCALE));
    return moved > 0.005 && moved < 0.02;
  }

  /**
   * At how many of the seeds from 0, in each float type, the loss is finite and a step moves every
   * parameter.
   */
  static <D> int finite(StartCase<D> program, int seeds) {
    return finite(program, AutoNormal.of(program.program()).initialScale(SCALE), seeds);
  }

  /** The same of any guide with parameters {@code auto.loc} and {@code auto.scale}. */
  static <D> int finite(StartCase<D> program, Program<D> guide, int seeds) {
    int finite = 0;
    try (NDManager manager = NDManager.newBaseManager()) {
      D data = program.data().apply(manager);
      for (int seed = 0; seed < seeds; seed++) {
        for (FloatType type : FloatType.values()) {
          RunConfig config = RunConfig.defaults().withSeed(seed).withFloatType(type);
          finite += isFinite(program, guide, manager, data, config) ? 1 : 0;
        }
      }
    }
    return finite;
  }

  private static <D> boolean isFinite(
      StartCase<D> program, Program<D> guide, NDManager manager, D data, RunConfig config) {
    try (ParamStore params = new ParamStore(manager, config)) {
      double loss = step(program.program(), guide, params, data);
      return Double.isFinite(loss)
          && Arrays.stream(params.value("auto.loc")).allMatch(Double::isFinite)
          && Arrays.stream(params.value("auto.scale")).allMatch(StartLaw::hasMoved);
    } catch (IllegalArgumentException noStart) {
      return false;
    }
  }

  /** The loss of the first step. */
  static <D> double step(Program<D> model, Program<D> guide, ParamStore params, D data) {
    try (Svi<D> svi =
        Svi.builder(model, guide).params(params).progress(Progress.silent()).build()) {
      return svi.step(data);
    }
  }
}
