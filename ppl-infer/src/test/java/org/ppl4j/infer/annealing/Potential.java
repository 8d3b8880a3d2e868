package org.ppl4j.infer.annealing;

import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.function.UnaryOperator;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.References;

/** Densities exp(−U(x)) of the plane whose integrals the reference has, as models. */
public enum Potential {
  /** Wu, Koehler and Noé (2020). */
  DOUBLE_WELL("logz-double-well", Potential::doubleWell),
  BANANA("logz-banana", Potential::banana);

  private final String id;
  private final UnaryOperator<NDArray> logDensity;

  Potential(String id, UnaryOperator<NDArray> logDensity) {
    this.id = id;
    this.logDensity = logDensity;
  }

  /** −U(x) of x {@code (*, 2)}. */
  public NDArray logDensity(NDArray x) {
    return logDensity.apply(x);
  }

  /** A latent site {@code x} of this density. */
  public Program<Void> model() {
    return (p, none) -> {
      NDArray x = p.sample("x", ImproperUniform.of(Constraint.REAL, new Shape(), new Shape(2)));
      p.factor("potential", logDensity(x));
    };
  }

  /** The standard normal distribution of x. */
  public static Program<Void> normal() {
    return (p, none) -> p.sample("x", Normal.standard(2).toEvent(1));
  }

  /** What the reference has of it. */
  public JsonObject expected() {
    return objects(References.read("stochastic.json").get("cases")).stream()
        .filter(row -> row.get("id").getAsString().equals(id))
        .findFirst()
        .orElseThrow()
        .getAsJsonObject("expected");
  }

  /** log ∫ exp(−U). */
  public double logNormalizer() {
    return number(expected().get("log_z"));
  }

  private static NDArray coordinate(NDArray x, int i) {
    return Tensors.range(x, -1, i, i + 1L).squeeze(-1);
  }

  private static NDArray doubleWell(NDArray x) {
    NDArray a = coordinate(x, 0);
    NDArray square = a.square();
    return a.mul(0.5)
        .add(square.mul(3))
        .sub(square.square().mul(0.25))
        .sub(coordinate(x, 1).square().mul(0.5));
  }

  private static NDArray banana(NDArray x) {
    NDArray a = coordinate(x, 0);
    NDArray bend = coordinate(x, 1).sub(a.square().sub(1).mul(0.5));
    return a.square().mul(-0.5).sub(bend.square().mul(2));
  }
}
