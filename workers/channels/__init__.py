"""The ways out: one file a channel or provider, all behind the contract of `workers.channels.base`."""
