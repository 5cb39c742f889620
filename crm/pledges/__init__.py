"""What employers have promised. A pledge does not know its own progress: `crm.fulfilment` derives it from places."""
