package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.Map;
import java.util.function.Function;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;

/**
 * What a round's parameters are drawn from, a member of a {@link RoundProposal}.
 *
 * @param parameters of the prior
 * @param values of the member's own parameters
 */
record FittedProposal(
    Parameters parameters, RoundProposal family, ImmutableMap<String, Value> values) {

  /** The numbers of a tensor. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Value(Shape shape, double[] numbers) {

    static Value of(NDArray tensor) {
      return new Value(tensor.getShape(), Tensors.values(tensor));
    }
  }

  /**
   * Around draws that have weights.
   *
   * @param rows unconstrained, one after the other
   * @param weights of the rows, which sum to 1
   * @param simulations how many the draws were learned from
   */
  static FittedProposal around(
      RoundProposal family,
      Parameters parameters,
      double[] rows,
      double[] weights,
      int simulations) {
    int dim = parameters.unconstrainedColumns();
    try (Run run = Run.open(parameters.config(), 0)) {
      RoundPosterior posterior =
          new RoundPosterior(
              run.create(rows, new Shape(weights.length, dim)),
              run.create(weights, new Shape(weights.length)),
              simulations,
              parameters.moments().in(run));
      return checked(parameters, family, Maps.transformValues(family.around(posterior), Value::of));
    }
  }

  private static FittedProposal checked(
      Parameters parameters, RoundProposal family, Map<String, Value> values) {
    FittedProposal proposal = new FittedProposal(parameters, family, ImmutableMap.copyOf(values));
    Shape event = new Shape(parameters.unconstrainedColumns());
    Shape batch = proposal.with(Distribution::batchShape);
    Shape own = proposal.with(Distribution::eventShape);
    checkArgument(
        batch.dimension() == 0 && own.equals(event),
        "proposal '%s' has batch shape %s and event shape %s, but parameters are vectors of shape"
            + " %s; give a distribution of one such vector",
        family,
        batch,
        own,
        event);
    return proposal;
  }

  private <T> T with(Function<Distribution, T> function) {
    try (Run run = Run.open(parameters.config(), 0)) {
      Map<String, NDArray> tensors =
          Maps.transformValues(values, value -> run.create(value.numbers(), value.shape()));
      return function.apply(family.of(NamedTensors.of(tensors)).on(run));
    }
  }

  /**
   * Draws in the prior's support, row by row.
   *
   * @param rows at least 1
   * @param round other numbers give other draws
   */
  double[] draw(int rows, int round) {
    RunConfig config = parameters.config();
    Rng rng = Rng.of(config.seed(), Rng.Purpose.PREDICT, round, "sbi.proposal");
    return parameters.constrain(
        with(member -> Tensors.values(member.expand(new Shape(rows)).draw(rng).value())));
  }

  /** The log-density of unconstrained rows. */
  double[] logProb(double[] rows) {
    int dim = parameters.unconstrainedColumns();
    Shape shape = new Shape(rows.length / dim, dim);
    return with(member -> Tensors.values(member.logProb(Tensors.vector(rows).reshape(shape))));
  }

  /** Adds it to a file. */
  void write(TensorFile.Builder file) {
    family.family().write(file);
    values.forEach(
        (name, value) -> file.put(name, FloatType.FLOAT64, value.shape(), value.numbers()));
  }

  /**
   * The one in a file.
   *
   * @throws IllegalArgumentException if it is of another family, or version of it
   */
  static FittedProposal read(Parameters parameters, RoundProposal family, TensorFile file) {
    family.family().check(file);
    try {
      return checked(
          parameters,
          family,
          Maps.transformValues(file.entries(), entry -> new Value(entry.shape(), entry.values())));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s has another proposal of rounds than '%s': %s; load it by the npe that learned it"
              .formatted(file, family, e.getMessage()),
          e);
    }
  }
}
