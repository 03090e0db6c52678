"""The full step: event in, decision committed, next wake-up armed, no-op delivery recorded."""
