"""Users, for administrators. Above providers, because a provider's coordinator belongs to one."""
