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
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.SumOut;
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
  private final int particles;
  private final boolean first;
  private final Sites known;
  private final List<Trace> traces;
  private final List<Trace> models; // those of them that are the model's
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
   * @param known the sites of the fit's first one
   */
  Pass(Run run, Programs<?> programs, int particles, boolean first, Sites known) {
    this.run = run;
    this.programs = programs;
    this.particles = particles;
    this.first = first;
    this.known = known;
    this.traces = new ArrayList<>(2);
    this.models = new ArrayList<>(1);
    this.noise = new Handler[0];
  }

  private Pass(Pass all, int particle) {
    this.run = all.run;
    this.programs = all.programs;
    this.particles = 1;
    this.first = all.first;
    this.known = all.known;
    this.traces = all.traces;
    this.models = all.models;
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

  /** Executes the guide. */
  public Trace guide() {
    return keep(particles == 1 ? programs.guide(run, noise) : programs.guide(run, many()));
  }

  /**
   * Executes the model on the guide's draws.
   *
   * @throws IllegalArgumentException if sites or shapes are not those of the first step, and model
   *     and guide do not fit together
   */
  public Trace model(Trace guide) {
    Replay replay = new Replay(guide);
    Trace model =
        keep(
            particles == 1
                ? programs.model(
                    run,
                    ObjectArrays.concat(new Handler[] {replay, new SumOut()}, noise, Handler.class))
                : programs.model(run, replay, new SumOut(), many()));
    models.add(model);
    known.check(model, guide);
    return model;
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
    return updates;
  }

  /** The traces so far, in order. */
  List<Trace> traces() {
    return traces;
  }

  /** The names of the parameters that the executions so far have used. */
  Set<String> reached() {
    Set<String> names = new HashSet<>();
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
