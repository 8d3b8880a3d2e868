package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ObjectArrays;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * What an estimator sees of one step: guide and model, ready to be executed in the step's run with
 * the step's particles.
 */
public final class Pass {

  private final Run run;
  private final Programs<?> programs;
  private final Elbo elbo;
  private final int particles;
  private final boolean first;
  private final Sites known;
  private final List<Trace> traces;
  private final List<Trace> models; // those of them that are the model's
  private final Map<String, NDArray> updates; // by the estimator
  private final Set<String> own; // parameters of the estimator
  private final Handler[] noise; // of one particle of several

  /** Guide, model and data of a fit, of one type. */
  record Programs<D extends @Nullable Object>(
      Program<D> model, Program<D> guide, D data, ParamStore params, int nesting) {

    Trace guide(Run run, Handler... outer) {
      return Execution.record(run, params, Rng.Purpose.GUIDE, guide, data, outer);
    }

    Trace model(Run run, Handler... outer) {
      return Execution.record(run, params, Rng.Purpose.MODEL, model, data, outer);
    }
  }

  /**
   * A pass.
   *
   * @param elbo what it is for
   * @param known the sites of the fit's first one
   */
  Pass(Run run, Programs<?> programs, Elbo elbo, int particles, boolean first, Sites known) {
    this.run = run;
    this.programs = programs;
    this.elbo = elbo;
    this.particles = particles;
    this.first = first;
    this.known = known;
    this.traces = new ArrayList<>(2);
    this.models = new ArrayList<>(1);
    this.updates = new LinkedHashMap<>();
    this.own = new HashSet<>();
    this.noise = new Handler[0];
  }

  private Pass(Pass all, int particle) {
    this.run = all.run;
    this.programs = all.programs;
    this.elbo = all.elbo;
    this.particles = 1;
    this.first = all.first;
    this.known = all.known;
    this.traces = all.traces;
    this.models = all.models;
    this.updates = all.updates;
    this.own = all.own;
    this.noise = new Handler[] {p -> new OwnNoise(p, particle)};
  }

  /** Lets sites and modules draw what the same ones of other particles do not. */
  private static final class OwnNoise extends Handler.Frame {

    private final Ppl p;
    private final int particle;

    OwnNoise(Ppl p, int particle) {
      this.p = p;
      this.particle = particle;
    }

    @Override
    protected void enter(SampleSite site) {
      site.drawFrom(p.run().rng(p.purpose(), site.name()).split(particle));
    }

    @Override
    protected Rng noise(String name, Rng rng) {
      return rng.split(particle);
    }
  }

  /** One particle of this alone, whose executions are among those of this. */
  Pass one(int particle) {
    return new Pass(this, particle);
  }

  /** The step's run. */
  public Run run() {
    return run;
  }

  /** How many particles each execution holds. */
  public int particles() {
    return particles;
  }

  /** Whether this is the first step of a fit: the time for checks that cost. */
  public boolean isFirst() {
    return first;
  }

  /**
   * Executes the guide.
   *
   * @throws IllegalArgumentException if it draws a site as the estimator cannot take it
   */
  public Trace guide() {
    return checked(programs.guide(run, around()));
  }

  /**
   * The same, where the draws of some sites have no derivative: the log probability of such a site
   * is its score, through its distribution alone.
   */
  public Trace guide(Predicate<SampleSite> held) {
    return checked(programs.guide(run, around(Held.draws(held))));
  }

  private Trace checked(Trace guide) {
    if (first) {
      Needs.check(elbo, guide);
    }
    return keep(guide);
  }

  /**
   * Executes the guide again on its draws, with its parameters held: log q as a function of the
   * draws alone, whose gradient is that along their path.
   */
  public Trace guideOfHeldParams(Trace guide) {
    return programs.guide(run, around(Held.again(guide), Held.params()));
  }

  /**
   * Executes the model on the guide's draws.
   *
   * @throws IllegalArgumentException if sites or shapes are not those of the first step, and model
   *     and guide do not fit together
   */
  public Trace model(Trace guide) {
    return modelOf(guide);
  }

  /** The same with the model's parameters held: log p as a function of the draws alone. */
  public Trace modelOfHeldParams(Trace guide) {
    return modelOf(guide, Held.params());
  }

  /** The same with the draws held: log p as a function of the model's parameters alone. */
  public Trace modelOfHeldDraws(Trace guide) {
    return modelOf(guide, Held.values());
  }

  /** Guide and model again on the guide's draws, but for one site that has another value. */
  List<Trace> withOther(Trace guide, String name, NDArray value) {
    Handler[] given = {new Replay(guide), Held.at(name, value), new SumOut()};
    return List.of(programs.guide(run, around(given)), programs.model(run, around(given)));
  }

  private Trace modelOf(Trace guide, Handler... held) {
    Handler[] given = {new Replay(guide), new SumOut()};
    Trace model =
        keep(programs.model(run, around(ObjectArrays.concat(given, held, Handler.class))));
    models.add(model);
    known.check(model, guide);
    return model;
  }

  /** Handlers with what makes the particles. */
  private Handler[] around(Handler... inner) {
    return ObjectArrays.concat(
        inner, particles == 1 ? noise : new Handler[] {many()}, Handler.class);
  }

  /** The log joint of each particle of an execution, {@code (particles)}. */
  public NDArray logJoints(Trace trace) {
    return particles == 1
        ? Tensors.reshape(trace.logJoint(), new Shape(1))
        : trace.logJoints(many().dim());
  }

  private Particles many() {
    return new Particles(particles, programs.nesting());
  }

  /** What the executions found for modules' buffers, by name; what was found last counts. */
  Map<String, NDArray> updates() {
    Map<String, NDArray> updates = new LinkedHashMap<>();
    traces.forEach(trace -> updates.putAll(trace.updates()));
    updates.putAll(this.updates);
    return updates;
  }

  /** The parameter store of the fit. */
  public ParamStore params() {
    return programs.params();
  }

  /**
   * A buffer of the parameter store, zeros at first, which the estimator keeps from step to step:
   * it is saved with the fit, and a step that is taken back leaves it as it was before.
   */
  public NDArray buffer(String name, Shape shape) {
    TensorSpec spec = TensorSpec.buffer(name, shape, (rng, own) -> own.zeros(shape));
    return params().buffers().get(run, name, spec);
  }

  /** What a buffer is to be after this step. */
  public void update(String name, NDArray value) {
    updates.put(name, Tensors.detached(value));
  }

  /** A parameter of the estimator's own, zeros at first, which learns as the fit's others do. */
  public NDArray param(String name, Shape shape) {
    own.add(name);
    return params().fetch(run, name, Constraint.REAL, () -> run.zeros(shape)).value();
  }

  /** The traces so far, in order. */
  List<Trace> traces() {
    return traces;
  }

  /** The names of the parameters that the executions so far have used. */
  Set<String> reached() {
    Set<String> names = new HashSet<>(own);
    for (Trace trace : traces) {
      for (ParamSite param : trace.params()) {
        names.add(param.name());
      }
    }
    return names;
  }

  /** The values and the shares of the log joint of all sites so far, by what they are. */
  Map<String, NDArray> parts() {
    Map<String, NDArray> parts = new LinkedHashMap<>();
    for (Trace trace : traces) {
      String program = models.contains(trace) ? "model" : "guide";
      for (SampleSite site : trace.sites()) {
        String name = "site '" + site.name() + "' of the " + program;
        if (site.hasValue()) {
          parts.putIfAbsent("the value of " + name, site.value());
        }
        if (site.kind() != SampleSite.Kind.DETERMINISTIC) {
          parts.putIfAbsent(name, site.scaledLogProb());
        }
      }
    }
    return parts;
  }

  private Trace keep(Trace trace) {
    traces.add(trace);
    return trace;
  }
}
