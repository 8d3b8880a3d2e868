package org.ppl4j.infer.discrete;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.PosteriorCase.Data;

/**
 * A small model with latent choices, as a description that one program interprets.
 *
 * @param name how it was made
 * @param params flat latent sites: coefficients, by name
 * @param lifted a parameter of the store that gets a prior, if any
 * @param statements what the program does with them
 * @param data observed arrays by the names of their sites, and masks
 * @param handlers what stands around the program
 * @param observed the sites that a handler observes
 * @param touched these, and those that one sets
 */
record RandomModel(
    String name,
    ImmutableMap<String, Shape> params,
    @Nullable String lifted,
    ImmutableList<Statement> statements,
    ImmutableMap<String, Values> data,
    ImmutableList<Handler> handlers,
    ImmutableSet<String> observed,
    ImmutableSet<String> touched) {

  /** Something that a program does. */
  sealed interface Statement {}

  /** Rows, at dim −1 or −2. */
  record InPlate(String plate, int size, int dim, ImmutableList<Statement> body)
      implements Statement {}

  /** Steps, whose statements may depend on so many steps before. */
  record Steps(String loop, int size, int history, ImmutableList<Statement> body)
      implements Statement {}

  /** A latent choice; of those whose mask is false nothing is known, or all is observed. */
  record Choice(String name, Family family, ImmutableList<Term> terms, Masking masking)
      implements Statement {}

  /** What masks do. */
  enum Masking {
    NONE,
    /** Where it is false the site counts nothing. */
    LEFT_OUT,
    /** Where it is true the site was observed. */
    OBSERVED
  }

  /** A latent number. */
  record Real(String name, ImmutableList<Term> terms) implements Statement {}

  /** An observation. */
  record Seen(String name, Kind kind, ImmutableList<Term> terms, boolean isMasked)
      implements Statement {}

  /** What is observed. */
  enum Kind {
    NORMAL,
    COUNT,
    COIN,
    CATEGORY
  }

  /** A log weight, the product of two predictors. */
  record Weight(String name, ImmutableList<Term> left, ImmutableList<Term> right)
      implements Statement {}

  /**
   * What a variable brings to a predictor.
   *
   * @param variable its name
   * @param lag from how many steps before; there is no such term in the first steps
   * @param of its family, null for a number
   * @param how it is read
   * @param coefficient the name of a parameter
   */
  record Term(String variable, int lag, @Nullable Family of, How how, String coefficient) {}

  /** Ways to read a choice. */
  enum How {
    PICKED,
    SCALED,
    CHOSEN
  }

  /** An array, of numbers or, as 0 and 1, of truth values. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Values(double[] numbers, Shape shape, boolean isMask) {

    NDArray on(NDManager manager) {
      NDArray array = manager.create(numbers, shape);
      return isMask ? array.neq(0) : array;
    }
  }

  /** What a wrong program does. */
  enum Fault {
    NONE,
    SHORT_HISTORY,
    PLATE_TWICE,
    NO_MASK
  }

  Data data(NDManager manager) {
    ImmutableMap.Builder<String, NDArray> arrays = ImmutableMap.builder();
    data.forEach((name, values) -> arrays.put(name, values.on(manager)));
    return new Data(arrays.buildOrThrow());
  }

  /** The program as one would write it. */
  Program<Data> program() {
    return program(Fault.NONE);
  }

  /** The same with a mistake. */
  Program<Data> program(Fault fault) {
    return around((p, data) -> new Interpreter(p, data, fault, null).run());
  }

  /**
   * The program where all choices are given: the masked ones from here, each as a factor that says
   * what its mask means, the others by a handler.
   */
  Program<Data> given(Map<String, NDArray> masked) {
    return around((p, data) -> new Interpreter(p, data, Fault.NONE, masked).run());
  }

  private Program<Data> around(Program<Data> program) {
    return handlers.isEmpty() ? program : program.with(handlers.toArray(Handler[]::new));
  }

  /** One execution. */
  private final class Interpreter {

    private final Ppl p;
    private final Data inputs;
    private final Fault fault;
    private final @Nullable Map<String, NDArray> masked;
    private final Map<String, NDArray> coefficients = new HashMap<>();
    private final Map<String, NDArray> variables = new HashMap<>();

    Interpreter(Ppl p, Data inputs, Fault fault, @Nullable Map<String, NDArray> masked) {
      this.p = p;
      this.inputs = inputs;
      this.fault = fault;
      this.masked = masked;
    }

    void run() {
      params.forEach(
          (name, shape) ->
              coefficients.put(
                  name,
                  name.equals(lifted)
                      ? p.param(name, () -> p.run().zeros(shape))
                      : p.sample(name, ImproperUniform.of(Constraint.REAL, new Shape(), shape))));
      run(statements, -1, Integer.MAX_VALUE, false);
    }

    private void run(List<Statement> body, int step, int history, boolean inPlate) {
      for (Statement statement : body) {
        if (statement instanceof InPlate plate) {
          try (Plate rows = p.plate(PlateSpec.of(plate.plate(), plate.size()).dim(plate.dim()))) {
            run(plate.body(), step, history, true);
          }
        } else if (statement instanceof Steps steps) {
          for (int t : p.loop(steps.loop(), steps.size())) {
            run(steps.body(), t, steps.history(), inPlate);
          }
        } else if (statement instanceof Choice choice) {
          variables.put(at(choice.name(), step), value(choice, step, history));
        } else if (statement instanceof Real number) {
          NDArray loc = number(number.name(), number.terms(), step, history);
          variables.put(at(number.name(), step), p.sample(number.name(), Normal.of(loc, 0.7)));
        } else if (statement instanceof Seen seen) {
          observe(seen, step, history, inPlate);
        } else if (statement instanceof Weight weight) {
          NDArray left = number(weight.name() + ".left", weight.left(), step, history);
          NDArray right = number(weight.name() + ".right", weight.right(), step, history);
          p.factor(weight.name(), left.mul(right).mul(0.5));
        }
      }
    }

    private NDArray value(Choice choice, int step, int history) {
      String name = choice.name();
      Family family = choice.family();
      NDArray x =
          family.length == 0
              ? number(name, choice.terms(), step, history)
              : vector(name, choice.terms(), step, history);
      Distribution distribution = family.of(x, coefficient(name + ".shape"));
      if (choice.masking() == Masking.NONE || fault == Fault.NO_MASK) {
        return p.sample(name, distribution);
      }
      NDArray mask = inputs.get(at(name + ".mask", step));
      boolean isObserved = choice.masking() == Masking.OBSERVED;
      NDArray known = isObserved ? inputs.get(at(name, step)) : p.scalar(0);
      if (masked == null) {
        return isObserved
            ? p.observe(name, distribution, known, mask)
            : p.sample(name, distribution.mask(mask));
      }
      NDArray latent = p.constant(requireNonNull(masked.get(at(name, step))));
      NDArray each = family.isVector() ? mask.expandDims(-1) : mask;
      NDArray value = isObserved ? Tensors.where(each, known, latent) : latent;
      NDArray prior = distribution.on(p.run()).logProb(value);
      NDArray even = Tensors.number(-Math.log(family.size()));
      if (isObserved) {
        p.factor(name, prior.add(Tensors.where(mask, even, 0)));
      } else {
        p.factor(name, Tensors.where(mask, prior, even));
      }
      return value;
    }

    private void observe(Seen seen, int step, int history, boolean inPlate) {
      String name = seen.name();
      NDArray x =
          seen.kind() == Kind.CATEGORY
              ? vector(name, seen.terms(), step, history)
              : number(name, seen.terms(), step, history);
      Distribution distribution =
          switch (seen.kind()) {
            case NORMAL -> Normal.of(x, coefficient(name + ".shape").exp());
            case COUNT -> Poisson.of(x.mul(0.5).exp());
            case COIN -> Bernoulli.logits(x);
            case CATEGORY -> Categorical.logits(x);
          };
      if (seen.isMasked() && fault != Fault.NO_MASK) {
        distribution = distribution.mask(inputs.get(at(name + ".mask", step)));
      }
      NDArray y = p.observe(name, distribution, inputs.get(at(name, step)));
      if (fault == Fault.PLATE_TWICE && inPlate) {
        p.factor(name + ".again", distribution.on(p.run()).logProb(y));
      }
    }

    private NDArray coefficient(String name) {
      return coefficients.getOrDefault(name, p.scalar(0.3));
    }

    private @Nullable NDArray variable(Term term, int step, int history) {
      boolean isForgotten = fault == Fault.SHORT_HISTORY && term.lag() == history;
      return isForgotten
          ? null
          : term.lag() == 0 && !variables.containsKey(at(term.variable(), step))
              ? requireNonNull(variables.get(term.variable()), term.variable())
              : variables.get(at(term.variable(), step - term.lag()));
    }

    /** A predictor of shape (batch). */
    private NDArray number(String name, List<Term> terms, int step, int history) {
      NDArray sum = coefficient(name + ".base");
      for (Term term : terms) {
        NDArray v = variable(term, step, history);
        if (v == null) {
          continue;
        }
        NDArray c = coefficient(term.coefficient());
        sum =
            sum.add(
                term.of() != null && term.of().isVector()
                    ? v.mul(c).sum(new int[] {-1})
                    : switch (term.how()) {
                      case SCALED -> v.mul(c);
                      case PICKED -> p.pick(c, v.sub(requireNonNull(term.of()).lowest()));
                      case CHOSEN ->
                          Tensors.where(
                              v.eq(requireNonNull(term.of()).lowest()), entry(c, 0), entry(c, 1));
                    });
      }
      return sum;
    }

    /** A predictor of shape (batch, n). */
    private NDArray vector(String name, List<Term> terms, int step, int history) {
      NDArray sum = coefficient(name + ".base");
      for (Term term : terms) {
        NDArray v = variable(term, step, history);
        if (v == null) {
          continue;
        }
        NDArray c = coefficient(term.coefficient());
        NDArray part =
            term.of() == null
                ? v.expandDims(-1).mul(c)
                : term.of().isVector()
                    ? v.expandDims(-1).mul(c).sum(new int[] {-2})
                    : p.pick(c, v.sub(term.of().lowest()), 1);
        sum = sum.add(part);
      }
      return sum;
    }
  }

  /** The name of a variable at a step, or outside of steps. */
  static String at(String name, int step) {
    return step < 0 ? name : name + "[" + step + "]";
  }

  /** {@code x[..., i]}. */
  private static NDArray entry(NDArray x, int i) {
    return Tensors.range(x, -1, i, i + 1).squeeze(-1);
  }

  /** A choice in one place of the model: a site without a loop, or one of its steps. */
  record Site(String name, Family family, Shape batch, Masking masking) {

    /** The name of the latent site. */
    String latent() {
      int bracket = name.indexOf('[');
      return masking != Masking.OBSERVED
          ? name
          : bracket < 0
              ? name + ".missing"
              : name.substring(0, bracket) + ".missing" + name.substring(bracket);
    }

    int places() {
      return Math.toIntExact(batch.size());
    }

    Shape shape() {
      return family.isVector() ? Shapes.concat(batch, new Shape(family.values[0].length)) : batch;
    }
  }

  /** The choices that are latent. */
  ImmutableList<Site> latents() {
    return sites().stream()
        .filter(site -> !observed.contains(site.name()))
        .collect(ImmutableList.toImmutableList());
  }

  /** All choices. */
  ImmutableList<Site> sites() {
    ImmutableList.Builder<Site> sites = ImmutableList.builder();
    collect(statements, -1, new Shape(), sites);
    return sites.build();
  }

  private static void collect(
      List<Statement> body, int step, Shape batch, ImmutableList.Builder<Site> sites) {
    for (Statement statement : body) {
      if (statement instanceof InPlate plate) {
        collect(plate.body(), step, within(batch, plate), sites);
      } else if (statement instanceof Steps steps) {
        for (int t = 0; t < steps.size(); t++) {
          collect(steps.body(), t, batch, sites);
        }
      } else if (statement instanceof Choice choice) {
        sites.add(new Site(at(choice.name(), step), choice.family(), batch, choice.masking()));
      }
    }
  }

  /** The batch shape within a plate. */
  static Shape within(Shape batch, InPlate plate) {
    long[] sizes = batch.getShape();
    if (plate.dim() == -2) {
      return sizes.length == 0
          ? new Shape(plate.size(), 1)
          : new Shape(plate.size(), sizes[sizes.length - 1]);
    }
    return sizes.length == 2 ? new Shape(sizes[0], plate.size()) : new Shape(plate.size());
  }

  /** Whether a mistake has to show. */
  boolean has(Fault fault) {
    return touched.isEmpty() && has(fault, statements, Integer.MAX_VALUE, false);
  }

  private boolean has(Fault fault, List<Statement> body, int history, boolean inPlate) {
    return body.stream()
        .anyMatch(
            statement -> {
              if (statement instanceof InPlate plate) {
                return has(fault, plate.body(), history, true);
              }
              if (statement instanceof Steps steps) {
                return has(fault, steps.body(), steps.history(), inPlate);
              }
              if (statement instanceof Seen seen) {
                return fault == Fault.PLATE_TWICE && inPlate && !seen.isMasked()
                    || fault == Fault.NO_MASK && seen.isMasked() && isAnyLeftOut(seen.name());
              }
              return fault == Fault.SHORT_HISTORY
                  && statement instanceof Choice choice
                  && choice.terms().stream().anyMatch(term -> term.lag() == history);
            });
  }

  private boolean isAnyLeftOut(String name) {
    return data.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(name + ".mask"))
        .flatMapToDouble(entry -> Arrays.stream(entry.getValue().numbers()))
        .anyMatch(x -> x == 0);
  }

  @Override
  public String toString() {
    return name;
  }
}
