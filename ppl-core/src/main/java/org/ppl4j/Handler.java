package org.ppl4j;

import java.io.Serializable;
import org.ppl4j.tensor.Rng;

/**
 * Changes what the sites of a program mean: which value they take, whether they are observed, how
 * much they count, who sees them.
 *
 * <p>A handler is an immutable value, shared by threads and programs at will; {@code
 * program.with(handler)} puts it around a program. What it must remember during one execution lives
 * in the {@link Frame} that {@link #begin} makes each time the program starts.
 *
 * <p>A site travels from the innermost frame outwards ({@link Frame#enter}), until a frame hides it
 * or none is left; then it is settled (drawn if it has no value yet) and travels back ({@link
 * Frame#leave}). Sites that a frame itself makes while a site passes are seen by the frames around
 * it only.
 */
@FunctionalInterface
public interface Handler extends Serializable {

  /** The frame of one execution; a handler without state may return the same one each time. */
  Frame begin(Ppl p);

  /** One handler in one execution. Every method does nothing unless overridden. */
  abstract class Frame {

    /** A frame that lets everything pass. */
    protected Frame() {}

    /** A sample site on its way out, before it has been drawn. */
    protected void enter(SampleSite site) {}

    /** A sample site on its way back, with its value. */
    protected void leave(SampleSite site) {}

    /** A parameter on its way out, before its value has been fetched. */
    protected void enter(ParamSite site) {}

    /** A parameter on its way back, with its value. */
    protected void leave(ParamSite site) {}

    /**
     * Whether it draws a site through others, by what its distribution is: within a scan it is then
     * asked for the site of each step too, and what it adds to them is one site as they are.
     */
    protected boolean isOfSteps() {
      return false;
    }

    /** The name of a module or of its buffer; returns the one under which the store has it. */
    protected String stored(String name) {
      return name;
    }

    /** The noise of a module or a net of a name; returns that from which it shall draw. */
    protected Rng noise(String name, Rng rng) {
      return rng;
    }

    /** A plate that is about to open; returns how it shall open. */
    protected PlateSpec opening(PlateSpec spec) {
      return spec;
    }

    /** A plate that has opened; called once a plate name and execution. */
    protected void opened(Plate plate) {}

    /** The program inside has ended, without an exception. */
    protected void end() {}
  }
}
